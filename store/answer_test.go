package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/routing"
)

func TestAnswers(t *testing.T) {
	db := fresh(t)
	first := routing.Answer{Call: "01A", Survey: "avis", Question: "note", Key: '4', At: at(10), Agent: "marie", Queue: "sav"}
	again := first
	again.Key, again.At = '1', at(11) // as after a restart
	other := routing.Answer{Call: "01B", Survey: "autre", Question: "note", Key: '0', At: at(20)}
	for _, a := range []routing.Answer{first, again, other} {
		must(t, db.Answered(t.Context(), a))
	}
	for _, c := range []struct {
		survey string
		since  float64
		want   []routing.Answer
	}{
		{"", 0, []routing.Answer{first, other}}, {"avis", 0, []routing.Answer{first}}, {"", 15, []routing.Answer{other}}, {"none", 0, nil},
	} {
		got, err := db.Answers(t.Context(), c.survey, at(c.since))
		must(t, err)
		if d := cmp.Diff(c.want, got, cmp.Comparer(time.Time.Equal)); d != "" {
			t.Errorf("%q since %v (-want +got):\n%s", c.survey, c.since, d)
		}
	}
	if err := db.Answered(t.Context(), routing.Answer{Call: "01C", Survey: "avis", Question: "note", Key: 'x'}); err == nil {
		t.Error("what is no digit is taken for an answer")
	}
}
