package prompt

// What somebody of the house hears who records what callers hear.

// RecordWhich asks for the number of what is to be recorded.
func RecordWhich(lang string) Phrase {
	return newPhrase(lang, "record", "which", in(lang,
		"Composez le numéro de l'annonce à enregistrer, puis la touche dièse. Pour finir, raccrochez.",
		"Dial the number of the prompt to record, then the hash key. To finish, hang up."))
}

// RecordNone says that there is no such number.
func RecordNone(lang string) Phrase {
	return newPhrase(lang, "record", "none", in(lang, "Il n'y a pas d'annonce de ce numéro.", "There is no prompt of that number."))
}

// RecordThis comes before the words that are to be recorded.
func RecordThis(lang string) Phrase {
	return newPhrase(lang, "record", "this", in(lang, "À enregistrer :", "To record:"))
}

// RecordFree says that the rules do not have the words.
func RecordFree(lang string) Phrase {
	return newPhrase(lang, "record", "free", in(lang, "Les règles n'ont pas les mots de cette annonce.", "The rules do not have the words of this prompt."))
}

// RecordHow says how to speak.
func RecordHow(lang string) Phrase {
	return newPhrase(lang, "record", "how", in(lang, "Parlez après le bip. Pour terminer, tapez dièse.", "Speak after the tone. To finish, press the hash key."))
}

// RecordChoice comes after the recording was played back.
func RecordChoice(lang string) Phrase {
	return newPhrase(lang, "record", "choice", in(lang,
		"Pour garder, tapez 1. Pour recommencer, tapez 2. Pour annuler, tapez 3.",
		"To keep it, press 1. To do it again, press 2. To cancel, press 3."))
}

// RecordKept says that callers hear it from now on, or once the rules name it.
func RecordKept(lang string) Phrase {
	return newPhrase(lang, "record", "kept", in(lang, "C'est gardé.", "It is kept."))
}

// RecordDropped says that everything stays as it was.
func RecordDropped(lang string) Phrase {
	return newPhrase(lang, "record", "dropped", in(lang, "C'est annulé. Rien n'a changé.", "It is cancelled. Nothing has changed."))
}

// RecordFailed says that it could not be done.
func RecordFailed(lang string) Phrase {
	return newPhrase(lang, "record", "failed", in(lang, "L'enregistrement n'a pas pu être fait.", "The recording could not be made."))
}

// RecordFault says what is not good about a recording.
func RecordFault(lang string, f Fault) Phrase {
	fr, en := "Attention, ce n'est pas bon.", "Mind, it is not good."
	switch f {
	case Silent:
		fr, en = "On n'entend rien.", "Nothing is heard."
	case Clipped, Loud:
		fr, en = "Attention, c'est trop fort. Éloignez un peu le combiné.", "Mind, it is too loud. Hold the receiver a little farther away."
	case Quiet:
		fr, en = "Attention, c'est trop faible. Parlez plus près.", "Mind, it is too soft. Speak nearer."
	case Noisy:
		fr, en = "Attention, il y a du bruit autour de vous.", "Mind, there is noise around you."
	case Short:
		fr, en = "Attention, c'est trop court.", "Mind, it is too short."
	case Long:
		fr, en = "Attention, c'est trop long.", "Mind, it is too long."
	}
	return newPhrase(lang, "record fault", string(f), in(lang, fr, en))
}
