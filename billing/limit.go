package billing

import "time"

const (
	// capAmount is the most that one call to a surcharged number may cost, tax included.
	capAmount = 24 * Euro
	// capLength is the longest call to a number dearer than capMinuteFrom.
	capLength = 30 * time.Minute
	// capMinuteFrom is the price per minute above which capLength holds.
	capMinuteFrom = Euro / 5
	// limitLead is how much earlier than the cap a call ends, because no switch hangs up at the exact instant.
	limitLead = 2 * time.Second
)

// Limit says how long after its answer a call at this price must be ended: before it costs 24 EUR, and before 30 minutes
// when a minute costs more than 0.20 EUR. ok is false when the price sets no end. A zero duration with ok means that the
// call may not be answered at all.
func Limit(p Price) (after time.Duration, ok bool) {
	if p.PerCall > capAmount {
		return 0, true
	}
	if p.PerMinute <= 0 {
		return 0, false
	}
	after = time.Duration((capAmount-p.PerCall)*60/p.PerMinute) * time.Second
	if p.PerMinute > capMinuteFrom {
		after = min(after, capLength)
	}
	return max(after-limitLead, 0), true
}
