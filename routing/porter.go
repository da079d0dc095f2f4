package routing

import (
	"sync"
	"time"
)

// A Porter stands at the door, for all switches: what it knows is asked before the rules are, and changes while they stay.
type Porter struct {
	mu     sync.Mutex
	pins   wrongPINs
	blocks *Blocks
}

// NewPorter returns a porter who knows of nobody.
func NewPorter() *Porter { return &Porter{blocks: NewBlocks(nil)} }

// pinsLocked says whether no PIN is taken from a phone of the house.
func (p *Porter) pinsLocked(phone string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pins.locked(phone, now)
}

// wrongPIN notes that a phone has dialled a wrong one, and says whether it is locked out from now on.
func (p *Porter) wrongPIN(phone string, now time.Time) (locked bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pins.add(phone, now)
}
