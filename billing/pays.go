package billing

// Pays is what an answered call costs the caller.
type Pays struct {
	Known   bool
	Call    bool  // what any call costs
	Service Price // besides; zero for nothing
}

// Nothing says whether the caller pays nothing at all.
func (p Pays) Nothing() bool { return p.Known && !p.Call && p.Service.Zero() }

// CallerPays says what an answered call costs the caller.
func (t Tariffs) CallerPays() Pays {
	switch {
	case t.Range == nil:
		return Pays{}
	case t.Service != nil && !t.Service.Price.Zero():
		return Pays{Known: true, Call: true, Service: t.Service.Price}
	}
	switch t.Range.Category {
	case Free, EmergencyService, OperatorFunction, OtherFree:
		return Pays{Known: true}
	case Normal, Geographic, Mobile, VerifiedCanvass, TechPlatform:
		return Pays{Known: true, Call: true}
	case ShortAny:
		if t.Service != nil {
			return Pays{Known: true, Call: t.Service.Step != StepFree}
		}
	}
	return Pays{}
}
