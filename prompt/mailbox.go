package prompt

// What a mailbox says, beside the greeting of its own that it may have.

// Greeting asks for a message.
func Greeting(lang string) Phrase {
	return newPhrase(lang, "voicemail", "greeting", in(lang,
		"Laissez votre message après le bip sonore. Pour terminer, appuyez sur dièse.",
		"Please leave your message after the tone. When you have finished, press the hash key."))
}

// Choice says what can be done with a message that has been spoken.
func Choice(lang string) Phrase {
	return newPhrase(lang, "voicemail", "choice", in(lang,
		"Pour envoyer votre message, tapez 1. Pour l'écouter, tapez 2. Pour le refaire, tapez 3.",
		"To send your message, press 1. To hear it, press 2. To record it again, press 3."))
}

// Taken says that a message will be heard by somebody.
func Taken(lang string) Phrase {
	return newPhrase(lang, "voicemail", "taken", in(lang,
		"Votre message est bien enregistré. Merci.",
		"Your message has been recorded. Thank you."))
}

// Unheard says that nothing was heard.
func Unheard(lang string) Phrase {
	return newPhrase(lang, "voicemail", "unheard", in(lang,
		"Nous n'avons rien entendu.",
		"We did not hear anything."))
}

// NotTaken says that no message could be recorded.
func NotTaken(lang string) Phrase {
	return newPhrase(lang, "voicemail", "not taken", in(lang,
		"Désolé, votre message n'a pas pu être enregistré.",
		"Sorry, your message could not be recorded."))
}

// NoMore says to somebody who has left many messages that no other is taken now.
func NoMore(lang string) Phrase {
	return newPhrase(lang, "voicemail", "no more", in(lang,
		"Vous avez déjà laissé plusieurs messages. Nous les écouterons dès que possible.",
		"You have left several messages already. We will listen to them as soon as we can."))
}

// MessageChoice says what can be done with a message that somebody of the house has heard.
func MessageChoice(lang string) Phrase {
	return newPhrase(lang, "voicemail", "message choice", in(lang,
		"Si c'est réglé, tapez 1. Pour passer au suivant, tapez 2. Pour réécouter, tapez 3.",
		"If it is done, press 1. For the next one, press 2. To hear it again, press 3."))
}

// MessageDone says that it is written down that a message has been dealt with.
func MessageDone(lang string) Phrase {
	return newPhrase(lang, "voicemail", "message done", in(lang, "C'est noté.", "That is noted."))
}

// NoMessages says that no message waits any more.
func NoMessages(lang string) Phrase {
	return newPhrase(lang, "voicemail", "no messages", in(lang, "Il n'y a plus de message.", "There are no more messages."))
}

// Mailbox are all phrases of a mailbox.
func Mailbox(lang string) []Phrase {
	return []Phrase{Greeting(lang), Choice(lang), Taken(lang), Unheard(lang), NotTaken(lang), NoMore(lang), MessageChoice(lang), MessageDone(lang), NoMessages(lang)}
}
