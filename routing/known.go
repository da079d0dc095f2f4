package routing

import (
	"context"
	"time"

	"hotline/number"
)

// Known is what the company knows of a caller when the call comes: from its contacts, and from the calls of before. The zero
// value is somebody of whom nothing is known, or who shows no number.
type Known struct {
	Contact  bool      `json:"contact,omitempty"`  // is in the contacts
	Name     string    `json:"name,omitempty"`     // from the contacts
	Language string    `json:"language,omitempty"` // likewise; empty: not said
	Groups   []string  `json:"groups,omitempty"`   // likewise: vip, pro, ...
	Agent    string    `json:"agent,omitempty"`    // who talked with them last
	Talked   time.Time `json:"talked,omitzero"`    // when that was
	Calls    int       `json:"calls,omitempty"`    // in the 30 days before this call
	Missed   bool      `json:"missed,omitempty"`   // is on the list of whom to call back
}

// Acquaintances know callers.
type Acquaintances interface {
	// Known says what is known of a caller at that moment.
	Known(ctx context.Context, caller number.Number, at time.Time) (Known, error)
}
