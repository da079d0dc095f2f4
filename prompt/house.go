package prompt

// What somebody of the house hears who has dialled a code.

// AskPIN asks for the secret digits.
func AskPIN(lang string) Phrase {
	return newPhrase(lang, "pin", "ask", in(lang, "Composez votre code secret, puis la touche dièse.", "Dial your secret code, then the hash key."))
}

// WrongPIN says that those were others.
func WrongPIN(lang string) Phrase {
	return newPhrase(lang, "pin", "wrong", in(lang, "Ce code n'est pas le bon.", "That code is not right."))
}

// LockedPIN says that too many wrong ones were dialled.
func LockedPIN(lang string) Phrase {
	return newPhrase(lang, "pin", "locked", in(lang, "Trop d'essais. Réessayez dans une heure.", "Too many tries. Try again in an hour."))
}
