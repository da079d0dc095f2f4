package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"hotline/billing"
	"hotline/config"
)

// ownPrices turns what the rules say about our numbers into what the tariff tables keep.
func ownPrices(rules *config.Rules) ([]billing.Own, error) {
	var own []billing.Own
	var errs []error
	for _, line := range rules.Lines {
		o := billing.Own{Number: line.Number, Contract: line.Contract, Announcement: line.Announcement.By, Source: fmt.Sprintf("%s l. %d", filepath.Base(line.Pos.File), line.Pos.Line)}
		if s := rules.Services[line.Service]; s != nil {
			o.Purpose = s.Purpose
		}
		refuse := func(key string, err error) {
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: number %s: %s: %w", line.Pos, line.Number.Pretty(), key, err))
			}
		}
		var err error
		o.Price, err = numberPrices(line.Price)
		refuse("price", err)
		for _, c := range []struct {
			key    string
			prices config.Prices
			kind   billing.Kind
			origin billing.Origin
		}{
			{"we_earn", line.WeEarn, billing.Payout, billing.AnyOrigin},
			{"we_pay.from_fixed", line.WePay.FromFixed, billing.Cost, billing.FromFixed},
			{"we_pay.from_mobile", line.WePay.FromMobile, billing.Cost, billing.FromMobile},
			{"we_pay.from_abroad", line.WePay.FromAbroad, billing.Cost, billing.FromAbroad},
		} {
			prices, err := numberPrices(c.prices)
			refuse(c.key, err)
			o.Rates = append(o.Rates, billing.OwnRate{Kind: c.kind, Origin: c.origin, Price: prices})
		}
		own = append(own, o)
	}
	return own, errors.Join(errs...)
}

func numberPrices(prices config.Prices) (out []billing.Dated[billing.NumberPrice], err error) {
	for _, d := range prices {
		price, step, err := billing.ParseServicePrice(d.Text, "")
		if err != nil {
			return nil, err
		}
		out = append(out, billing.Dated[billing.NumberPrice]{Span: billing.Span{From: d.From}, Value: billing.NumberPrice{Price: price, Step: step}})
	}
	return out, nil
}
