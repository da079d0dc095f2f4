package routing

import (
	"context"

	"hotline/config"
	"hotline/pbx"
)

// goOut lets a leg through the gate. One that goes outside counts from here on, so that two that are dialled at the same
// moment do not both take the last place.
func (f *Floor) goOut(leg string, o Outgoing, rules *config.Rules) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	o.Calls = len(f.outside)
	if err := Gate(rules, o); err != nil {
		return err
	}
	if o.To.Number != "" {
		f.outside[leg] = true
	}
	return nil
}

// isOut counts a leg that an earlier run left outside.
func (f *Floor) isOut(leg string) {
	f.mu.Lock()
	f.outside[leg] = true
	f.mu.Unlock()
}

func (f *Floor) cameBack(leg string) {
	f.mu.Lock()
	delete(f.outside, leg)
	f.mu.Unlock()
}

// away waits for the end of a leg that is outside.
func (f *Floor) away(ctx context.Context, c *pbx.Call) {
	if c.Gone(ctx) == nil {
		f.cameBack(string(c.ID()))
	}
}
