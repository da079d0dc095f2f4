package prompt

import "time"

// What somebody of the house hears who has dialled a code.

// House are all phrases that only the house hears, with those of who records. Nobody needs to record them.
func House(lang string) []Phrase {
	all := []Phrase{AskPIN(lang), WrongPIN(lang), LockedPIN(lang), RecordWhich(lang), RecordNone(lang), RecordThis(lang), RecordFree(lang),
		RecordHow(lang), RecordChoice(lang), RecordKept(lang), RecordDropped(lang), RecordFailed(lang)}
	now := time.Date(2000, 1, 3, 12, 0, 0, 0, time.UTC)
	for _, end := range []time.Time{now.Add(6 * time.Hour), now.Add(12 * time.Hour)} { // those of other hours are made like these
		all = append(all, AskClose(lang, end, now), ClosedUntil(lang, end, now), OpensAt(lang, end, now))
	}
	all = append(all, ClosedForGood(lang), NotClosed(lang), Opened(lang), StillClosed(lang), NotOpened(lang))
	for _, f := range []Fault{Silent, Clipped, Loud, Quiet, Lead, Tail, Short, Long, Noisy} {
		all = append(all, RecordFault(lang, f))
	}
	return all
}

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
