package esl

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// lookEvery is how often all phones are looked at, should an event have been lost.
const lookEvery = 30 * time.Second

// phoneSeen is the state of a phone at one look.
type phoneSeen struct {
	phone      string
	registered bool
}

// Watch implements pbx.Switch.
func (s *Switch) Watch(ctx context.Context, phones []string) error {
	s.mu.Lock()
	before := s.phones
	s.phones = slices.Clone(phones)
	k := s.link
	s.mu.Unlock()
	return s.ask(ctx, "watch phones", func(ctx context.Context) error {
		for _, p := range before {
			if !slices.Contains(phones, p) {
				k.Forget(p)
			}
		}
		for _, p := range phones {
			k.Forget(p)
			k.Look(p)
		}
		_, err := s.shoot(ctx, k) // whose calls keep the new ones busy
		return err
	})
}

// watchPhones looks at phones whose state may have changed, and now and then at all of them. One goroutine does it all,
// so that what it sees stays in order.
func (s *Switch) watchPhones(ctx context.Context, k *link) {
	for _, p := range s.watched() {
		k.Look(p)
	}
	all := time.NewTicker(lookEvery)
	defer all.Stop()
	again := time.NewTimer(secondLook)
	defer again.Stop()
	var changed []string
	for {
		var phones []string
		select {
		case <-ctx.Done():
			return
		case <-k.Knock:
			phones = k.ToLook()
			changed = append(changed, phones...)
			again.Reset(secondLook) // FreeSWITCH's list may be a moment behind its events
		case <-again.C:
			slices.Sort(changed)
			phones, changed = slices.Compact(changed), nil
		case <-all.C:
			phones = s.watched()
		}
		registered, err := s.registered(ctx, k)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			s.log.Warn("the state of phones is not known", "err", err)
			continue
		}
		for _, p := range phones {
			k.Put(seen{phoneSeen{phone: p, registered: !s.registers() || registered[s.address(p)]}})
		}
	}
}

func (s *Switch) watched() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.phones)
}

// registered are the phones that have registered, as user@domain and, for templates without a domain, as user.
func (s *Switch) registered(ctx context.Context, k *link) (map[string]bool, error) {
	text, err := k.api(ctx, "show", "registrations", "as", "json")
	if err != nil {
		return nil, err
	}
	return s.readRegistrations(text)
}

func (s *Switch) readRegistrations(text string) (map[string]bool, error) {
	var table struct {
		Rows []struct {
			User  string `json:"reg_user"`
			Realm string `json:"realm"`
		} `json:"rows"`
	}
	if err := json.Unmarshal([]byte(text), &table); err != nil {
		return nil, fmt.Errorf("read the list of registrations: %w", err)
	}
	there := map[string]bool{}
	for _, row := range table.Rows {
		there[row.User+"@"+row.Realm] = true
		if !strings.Contains(s.cfg.Phone, "@") {
			there[row.User] = true
		}
	}
	return there, nil
}

// address is a phone as FreeSWITCH knows it: 101@domain for user/{phone}@domain and for sofia/internal/{phone}%domain.
func (s *Switch) address(phone string) string {
	if !driver.SafePhone.MatchString(phone) {
		return ""
	}
	last := s.cfg.Phone[strings.LastIndexByte(s.cfg.Phone, '/')+1:]
	return strings.ReplaceAll(strings.Replace(last, "%", "@", 1), "{phone}", phone)
}

// registers says whether phones are found by their registration. Others have a fixed address, and are always there.
func (s *Switch) registers() bool {
	return strings.HasPrefix(s.cfg.Phone, "user/") || strings.Contains(s.cfg.Phone, "%")
}

// phoneOf is the watched phone with that address; empty if there is none. Where the template names no domain, any will do.
// The mutex is held.
func (s *Switch) phoneOf(address string) string {
	for _, p := range s.phones {
		if a := s.address(p); a != "" && (a == address || !strings.Contains(a, "@") && a == user(address)) {
			return p
		}
	}
	return ""
}

// user is the user of user@domain.
func user(address string) string {
	u, _, _ := strings.Cut(address, "@")
	return u
}

// news are the channels that events have told of during a look at all channels, which says what was before.
type news struct{ told map[pbx.LegID]bool }

func (s *Switch) takeNews() *news {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := &news{told: map[pbx.LegID]bool{}}
	s.news = append(s.news, n)
	return n
}

func (s *Switch) dropNews(n *news) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.news = slices.DeleteFunc(s.news, func(other *news) bool { return other == n })
}

// keepForeign takes over whose phones other channels keep busy, but for those of which an event has told something newer.
func (s *Switch) keepForeign(k *link, busy map[pbx.LegID]string, n *news) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, phone := range s.foreign {
		if _, still := busy[id]; !still && !n.told[id] {
			delete(s.foreign, id)
			k.Look(phone)
		}
	}
	for id, phone := range busy {
		if _, before := s.foreign[id]; !before && !n.told[id] {
			s.foreign[id] = phone
			k.Look(phone)
		}
	}
}

// phone tells a phone's state if it is another than before.
func (ch *change) phone(k *link, p phoneSeen) {
	if !slices.Contains(ch.phones, p.phone) {
		return
	}
	busy := false
	for _, on := range ch.foreign {
		busy = busy || on == p.phone
	}
	state := pbx.PhoneState{Head: pbx.Head{At: ch.at}, Phone: p.phone, Registered: p.registered, Busy: busy}
	if k.IsNew(state) {
		ch.emit(state)
	}
}
