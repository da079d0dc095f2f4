package routing

import (
	"crypto/sha256"
	"crypto/subtle"
	"slices"
	"time"
)

// How many wrong PINs there may be within lockFor, by one phone and by all of them, before no more is taken.
const (
	pinTries   = 3 // in one call
	phoneWrong = 6
	allWrong   = 20
	lockFor    = time.Hour
)

// wrongPINs are those of the last hour. No more are kept than lock everybody out.
type wrongPINs struct {
	by []wrongPIN
}

type wrongPIN struct {
	phone string
	at    time.Time
}

// locked says whether no PIN is taken from a phone.
func (w *wrongPINs) locked(phone string, now time.Time) bool {
	w.by = slices.DeleteFunc(w.by, func(p wrongPIN) bool { return now.Sub(p.at) >= lockFor })
	same := 0
	for _, p := range w.by {
		if p.phone == phone {
			same++
		}
	}
	return same >= phoneWrong || len(w.by) >= allWrong
}

// add notes a wrong PIN, and says whether the phone is locked out from now on.
func (w *wrongPINs) add(phone string, now time.Time) (locked bool) {
	w.by = append(w.by, wrongPIN{phone, now})
	return w.locked(phone, now)
}

// samePIN compares in a time that says nothing of where two differ, nor of their lengths.
func samePIN(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
