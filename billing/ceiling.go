package billing

import (
	"fmt"
	"slices"
	"strings"
)

// A Refusal says in both languages why a number may not have a price.
type Refusal struct{ FR, EN string }

func (r *Refusal) Error() string { return r.EN }

func refusal(fr, en string, values ...any) *Refusal {
	return &Refusal{FR: fmt.Sprintf(fr, french(values)...), EN: fmt.Sprintf(en, values...)}
}

// Allows says why a number of this range may not have the price, or nil. step is what the price is said to be: FREE and
// NORMAL tell the family of a short code.
func (r *Range) Allows(p Price, step string) *Refusal {
	switch {
	case r.Category == EmergencyService && (!p.Zero() || step == StepNormal):
		return refusal("un numéro d'urgence est gratuit", "an emergency number is free")
	case r.Category == Free && (!p.Zero() || step == StepNormal):
		return refusal("un %s est gratuit pour qui appelle, %s est refusé", "a %s is free to the caller, %s is refused", r.Prefix, priceOr(p, step))
	case !r.rated():
		return refusal("les numéros en %s (%s) n'ont pas de prix public", "numbers in %s (%s) have no public price", r.Prefix, r.Category)
	case r.Category != Surcharged && r.Category != ShortAny:
		if p.Zero() && (step != StepFree || payings[r.Category].free) {
			return nil
		}
		return refusal("un %s coûte le prix d'un appel, %s est refusé", "a %s costs an ordinary call, %s is refused", r.Prefix, priceOr(p, step))
	case p.Zero() && r.Category == Surcharged:
		return refusal("un %s est surtaxé, il lui faut un prix", "a %s is surcharged and needs a price", r.Prefix)
	case p.Zero() && step != StepFree && step != StepNormal:
		return refusal("dites free ou normal : un %s sans prix peut être l'un ou l'autre", "say free or normal: a %s without a price may be either", r.Prefix)
	case !r.Capped:
		return nil // no ceiling is known for those years
	case !p.Plain():
		return refusal("%s : depuis le 01/10/2015 un service se paie à l'appel ou à la seconde dès la première seconde, rien d'autre",
			"%s: since 1 Oct 2015 a service is paid by the call or by the second from the first second, and no other way", p)
	case p.PerMinute > r.PerMinute:
		return refusal("%s dépasse le plafond des %s, %s", "%s is above the ceiling of %s, %s", Price{PerMinute: p.PerMinute}, r.Prefix,
			Price{PerMinute: r.PerMinute})
	case p.PerCall > r.PerCall:
		return refusal("%s dépasse le plafond des %s, %s", "%s is above the ceiling of %s, %s", Price{PerCall: p.PerCall}, r.Prefix,
			Price{PerCall: r.PerCall})
	}
	return nil
}

// priceOr names what was asked for: the price, or the step that has none.
func priceOr(p Price, step string) any {
	if p.Zero() && step != "" {
		return strings.ToLower(step)
	}
	return p
}

// neverSurcharged are the purposes whose lines may not cost more than a call.
var neverSurcharged = []string{"after_sales", "complaints", "contract", "withdrawal", "public_service"}

// Purposes lists what a line can be for, as the rules file has it too.
func Purposes() []string {
	return append(slices.Clone(neverSurcharged), "pre_sales", "paid_advice", "reception", "information", "booking", "other")
}

// Serves says why a number of this range may not be used for that purpose, or nil.
func (r *Range) Serves(purpose string, adult bool, p Price) *Refusal {
	if adult && r.Prefix != "0895" {
		return refusal("un service réservé aux adultes doit être dans les 0895", "a service for adults only has to be in 0895")
	}
	if !p.Zero() && slices.Contains(neverSurcharged, purpose) {
		return refusal("une ligne « %s » ne peut pas être surtaxée : Code de la consommation, art. L121-16",
			`a line for "%s" may not be surcharged: Code de la consommation, art. L121-16`, purpose)
	}
	return nil
}

// rated reports whether numbers of the range can be rated at all.
func (r *Range) rated() bool {
	return payer(&Tariffs{Range: r, Service: &Term{}}).unrated == Rated
}
