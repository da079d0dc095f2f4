package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

const (
	tolerance = time.Second            // between a record and what the telephones saw
	margin    = 300 * time.Millisecond // likewise, of what is billed; seconds are rounded up
	surcharge = 800_000                // micro-euro per minute, of the 0892 in examples/rules.yaml
)

// A record is what the demo checks of `hotline cdr list --json`.
type record struct {
	ID       string
	Caller   string
	Agent    string
	TalkedMS int64  `json:"talked_ms"`
	Pays     *int64 `json:"caller_pays_micro_euro"`
	We       *int64 `json:"we_micro_euro"`
}

// records holds each record against what the telephones saw, and shows them.
func (h *house) records(ctx context.Context, calls []*caller) error {
	ended := 0
	_, err := h.hotline.wait(ctx, "the end of every call", func(e entry) bool {
		if e.Msg == "call ended" {
			ended++
		}
		return ended == len(calls)
	})
	if err != nil {
		return err
	}
	listed, err := h.ask(ctx, "cdr", "list", "--json")
	if err != nil {
		return err
	}
	var all []record
	if err := json.Unmarshal([]byte(listed), &all); err != nil {
		return fmt.Errorf("read the records: %w", err)
	}
	if len(all) != len(calls) {
		return fmt.Errorf("%d calls were made and %d records kept", len(calls), len(all))
	}
	detail := "" // the id of the surcharged call
	for _, c := range calls {
		r, err := c.recorded(all)
		if err != nil {
			return fmt.Errorf("the record of %s: %w", c.name, err)
		}
		if *r.Pays > 0 {
			detail = r.ID
		}
	}
	return h.show(ctx, detail)
}

// recorded finds the caller's record. It has to agree with the telephones.
func (c *caller) recorded(all []record) (record, error) {
	for _, r := range all {
		if r.Caller != c.number {
			continue
		}
		agent := ""
		if c.talker != nil {
			agent = c.talker.id
		}
		talked := time.Duration(r.TalkedMS) * time.Millisecond
		switch {
		case r.Agent != agent:
			return r, fmt.Errorf("it names the agent %q, the telephones %q", r.Agent, agent)
		case (talked - c.talked).Abs() > tolerance:
			return r, fmt.Errorf("it says %s of talk, the telephones %s", talked, c.talked)
		case r.Pays == nil:
			return r, errors.New("what the caller pays is not known")
		case (r.We == nil) != c.noContract:
			return r, fmt.Errorf("what the call costs the company is known: %t; of this number the rules say: %t", r.We != nil, !c.noContract)
		}
		var price int64 // nothing is counted but the surcharged call
		if c.surcharged {
			price = surcharge
		}
		low, high := cost(price, c.answered-margin), cost(price, c.answered+margin+time.Second)
		if *r.Pays < low || *r.Pays > high {
			return r, fmt.Errorf("the caller pays %d micro-euro; by the telephones between %d and %d", *r.Pays, low, high)
		}
		return r, nil
	}
	return record{}, errors.New("there is none")
}

// cost is a price per minute for so long.
func cost(price int64, d time.Duration) int64 {
	return price * d.Milliseconds() / time.Minute.Milliseconds()
}

// show prints what an owner would ask hotline for.
func (h *house) show(ctx context.Context, detail string) error {
	list, err := h.ask(ctx, "cdr", "list")
	if err != nil {
		return err
	}
	short := detail[max(len(detail)-4, 0):]
	one, err := h.ask(ctx, "cdr", "show", short)
	if err != nil {
		return err
	}
	h.plain("", "")
	h.plain(`Ce que hotline en a gardé, chaque fiche comparée à ce que les téléphones ont vu
(même personne, mêmes durées à 1 s près, même prix) :

$ hotline cdr list
%s
Ce qui manque : ce que le numéro gris coûte à l'entreprise. Le contrat de
l'opérateur le dit ; écrivez-le dans rules.yaml, sous 08 09 40 01 00 :
  we_pay: {from_fixed: 0.01 EUR/min, from_mobile: 0.03 EUR/min}

$ hotline cdr show %s
%s
À vous :   make run    la même chose, pour votre propre softphone
           README.md   brancher hotline sur votre Asterisk`,
		`What hotline has kept, each record held against what the telephones saw (the
same agent, the same times within 1 s, the same price):

$ hotline cdr list
%s
What is missing is what the grey number costs the company. The operator's
contract has it; write it into rules.yaml, under 08 09 40 01 00:
  we_pay: {from_fixed: 0.01 EUR/min, from_mobile: 0.03 EUR/min}

$ hotline cdr show %s
%s
Your turn:   make run    the same, for a softphone of your own
             README.md   put hotline beside your own Asterisk`, list, short, one)
	return nil
}
