package prompt

import "time"

// What somebody of the house hears who closes a service by phone, or opens it again.

// AskClose asks until when a service is to be closed: until then, or until it is opened again.
func AskClose(lang string, until, now time.Time) Phrase {
	return newPhrase(lang, "close", "ask "+till("en", until, now), in(lang,
		"Pour fermer jusqu'"+till("fr", until, now)+", tapez 1. Pour fermer jusqu'à la réouverture par téléphone, tapez 2.",
		"To close until "+till("en", until, now)+", press 1. To close until it is opened again by phone, press 2."))
}

// ClosedUntil says that a service is closed now, and until when.
func ClosedUntil(lang string, until, now time.Time) Phrase {
	return newPhrase(lang, "closed until", till("en", until, now), in(lang,
		"C'est fermé jusqu'"+till("fr", until, now)+".",
		"It is closed until "+till("en", until, now)+"."))
}

// till is the end of a day: "à dix-huit heures", "six p.m.".
func till(lang string, until, now time.Time) string {
	hour := until.Hour()
	if !sameDay(until, now) && hour == 0 && until.Minute() == 0 {
		hour = 24
	}
	return in(lang, "à ", "") + TimeOfDay(lang, hour, until.Minute())
}

// ClosedForGood says that a service is closed until somebody opens it again.
func ClosedForGood(lang string) Phrase {
	return newPhrase(lang, "closed", "for good", in(lang,
		"C'est fermé jusqu'à ce que vous rouvriez.",
		"It is closed until you open it again."))
}

// NotClosed says that it could not be closed.
func NotClosed(lang string) Phrase {
	return newPhrase(lang, "close", "failed", in(lang,
		"Désolé, la fermeture n'a pas pu être enregistrée. Rien n'a changé.",
		"Sorry, it could not be closed. Nothing was changed."))
}

// Opened says that a service is open.
func Opened(lang string) Phrase {
	return newPhrase(lang, "open", "now", in(lang, "C'est ouvert.", "It is open."))
}

// OpensAt says that a service is no longer closed by hand, and when its hours open it.
func OpensAt(lang string, at, now time.Time) Phrase {
	return newPhrase(lang, "opens", Moment("en", at, now), in(lang,
		"La fermeture est levée. Selon ses horaires, le service ouvre "+Moment("fr", at, now)+".",
		"It is no longer closed by hand. By its hours it opens "+Moment("en", at, now)+"."))
}

// StillClosed says that the hours open a service at no time that is near.
func StillClosed(lang string) Phrase {
	return newPhrase(lang, "open", "not by hours", in(lang,
		"La fermeture est levée, mais les horaires ne prévoient pas d'ouverture.",
		"It is no longer closed by hand, but its hours do not open it."))
}

// NotOpened says that it could not be opened.
func NotOpened(lang string) Phrase {
	return newPhrase(lang, "open", "failed", in(lang,
		"Désolé, la réouverture n'a pas pu être enregistrée. Rien n'a changé.",
		"Sorry, it could not be opened. Nothing was changed."))
}
