package prompt

// TakeCall asks who is called from outside the house to take a call with a key.
func TakeCall(lang string) Phrase {
	return newPhrase(lang, "transfer", "take call", in(lang, "Un appel vous est transféré. Pour le prendre, tapez 1.", "A call is being passed on to you. To take it, press 1."))
}

// Unreached tells a caller that nobody took the call.
func Unreached(lang string) Phrase {
	return newPhrase(lang, "transfer", "unreached", in(lang, "Votre correspondant n'est pas disponible. Merci de rappeler plus tard.", "The person you called is not available. Please call again later."))
}

// SurveyThanks ends the questions, also for who has answered none of them.
func SurveyThanks(lang string) Phrase {
	return newPhrase(lang, "survey", "thanks", in(lang, "Merci beaucoup.", "Thank you very much."))
}

// Transfers are all phrases of calls that are passed on.
func Transfers(lang string) []Phrase { return []Phrase{TakeCall(lang), Unreached(lang)} }

// Surveys are all phrases of surveys.
func Surveys(lang string) []Phrase { return []Phrase{SurveyThanks(lang)} }
