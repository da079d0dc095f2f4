package routing

import (
	"testing"

	"hotline/billing"
)

func TestBudgetState(t *testing.T) {
	for _, c := range []struct {
		spent, budget billing.Money
		want          BudgetState
	}{
		{0, 0, BudgetFine}, {100, 0, BudgetFine}, {0, 100, BudgetFine}, {79, 100, BudgetFine}, {80, 100, BudgetNear}, {99, 100, BudgetNear},
		{100, 100, BudgetSpent}, {500, 100, BudgetSpent},
	} {
		if got := budgetState(c.spent, c.budget); got != c.want {
			t.Errorf("%d of %d is %q, want %q", c.spent, c.budget, got, c.want)
		}
	}
}
