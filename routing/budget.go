package routing

import (
	"context"
	"time"

	"hotline/billing"
)

// A BudgetState is how far the day's budget of a number has been spent.
type BudgetState string

// The states. Each is told once a day.
const (
	BudgetFine  BudgetState = ""
	BudgetNear  BudgetState = "budget_near"  // four fifths are gone
	BudgetSpent BudgetState = "budget_spent" // callers no longer wait at our cost
)

// budgetState says it. Without a budget all is fine.
func budgetState(spent, budget billing.Money) BudgetState {
	switch {
	case budget <= 0:
		return BudgetFine
	case spent >= budget:
		return BudgetSpent
	case spent >= budget/5*4:
		return BudgetNear
	}
	return BudgetFine
}

// How long a call waits to know what has been spent. It does not wait for its budget: not knowing is being within it.
const budgetWait = time.Second

// budget looks at the day's budget of the number that was called, which is that of the rules in force, and raises the alarm
// when there is reason to.
func (v *visit) budget() BudgetState {
	line, ok := v.Rules.Now().Router.arrivals[v.contact.Number.String()]
	if !ok || line.Budget == 0 {
		return BudgetFine
	}
	ctx, cancel := context.WithTimeout(context.Background(), budgetWait)
	defer cancel()
	now := time.Now()
	spent, err := v.Journal.Spent(ctx, line.Number, now)
	if err != nil {
		v.log.Error("not known what the number has cost today", "number", line.Number, "err", err)
		return BudgetFine
	}
	state := budgetState(spent, billing.Money(line.Budget))
	if state == BudgetFine {
		return state
	}
	first, err := v.Journal.Alarm(ctx, string(state), line.Number, now)
	if err != nil {
		v.log.Error("the alarm about a budget is not written", "number", line.Number, "err", err)
	}
	if first {
		v.log.Warn("the day's budget of a number", "number", line.Number, "state", state, "spent", spent, "budget", billing.Money(line.Budget))
	}
	return state
}

// overBudget looks at the budget, unless the caller has been sent away and back for it already.
func (v *visit) overBudget() (next string) {
	if v.kept.has("over_budget") {
		return "" // been there, and sent back
	}
	line := v.Router.arrivals[v.contact.Number.String()]
	next, way := v.Router.overBudget(&v.kept, line, v.budget())
	if way != "" {
		v.kept.pass(way)
	}
	return next
}
