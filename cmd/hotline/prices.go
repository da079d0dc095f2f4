package main

import (
	"errors"
	"fmt"
	"time"

	"hotline/billing"
	"hotline/config"
	"hotline/store"
)

// ownPrices turns what the rules say about our numbers into what the store keeps, in force from that moment on if it is
// new.
func ownPrices(rules *config.Rules, from time.Time) ([]store.Own, error) {
	var own []store.Own
	var errs []error
	for _, line := range rules.Lines {
		o := store.Own{Number: line.Number, Source: fmt.Sprintf("%s l. %d", line.Pos.File, line.Pos.Line), From: from}
		for _, p := range []struct {
			key, text string
			into      *billing.Term
		}{
			{"price", line.Price, &o.Price}, {"we_earn", line.WeEarn, &o.Contract.Payout},
			{"we_pay.from_fixed", line.WePay.FromFixed, &o.Contract.FromFixed},
			{"we_pay.from_mobile", line.WePay.FromMobile, &o.Contract.FromMobile},
		} {
			var err error
			if *p.into, err = term(p.text); err != nil {
				errs = append(errs, fmt.Errorf("%s: number %s: %s: %w", line.Pos, line.Number.Pretty(), p.key, err))
			}
		}
		own = append(own, o)
	}
	return own, errors.Join(errs...)
}
