package routing

import (
	"context"
	"encoding/json"
	"time"

	"hotline/billing"
	"hotline/number"
	"hotline/outbox"
)

// Texts say how many texts a number may get.
type Texts interface {
	// MayText says whether a number may get another text today, beside the letter of that id.
	MayText(ctx context.Context, to number.Number, id string, now time.Time) (bool, error)
}

// textable reports whether a text reaches the caller: a mobile of France that shows its number.
func textable(c Contact) bool {
	return !c.Hidden && billing.OriginOf(c.Caller) == billing.FromMobile
}

// text: the caller gets a text, beside the call. One that has been posted is not posted again when the step is taken again.
func (v *visit) text(ctx context.Context, n *Node) (next string, err error) {
	lang := n.Says.Speaks(v.kept.Lang, v.Router.rules.Languages)
	words := v.Router.filled(n.Says.Texts[lang], inWriting(), &v.kept, v.contact)
	id := v.contact.ID + "-" + n.Name
	if why := v.untexted(ctx, id, words); why != "" {
		v.flag("text_not_sent")
		v.log.Warn("no text was sent to the caller", "node", n.Name, "why", why)
		return n.Next, nil
	}
	content, err := json.Marshal(outbox.Text{From: v.Router.sender(v.contact.Number).String(), To: v.contact.Caller.String(), Words: words})
	if err != nil {
		return "", err
	}
	letter := outbox.Letter{ID: id, Kind: outbox.ByText, Call: v.contact.ID, Written: time.Now(), Content: content}
	return n.Next, v.write(ctx, "text", writeFor, func(ctx context.Context) error { return v.Outbox.Post(ctx, letter) })
}

// untexted says why the caller gets no text; empty: they get it.
func (v *visit) untexted(ctx context.Context, id, words string) string {
	switch {
	case v.Texts == nil:
		return "hotline.yaml does not say how texts are sent"
	case v.contact.Hidden || v.contact.Caller == "":
		return "the caller shows no number"
	case !textable(v.contact):
		return "the caller's number is no mobile of France"
	case words == "":
		return "the text is empty"
	}
	may, err := readSoon(ctx, v, func(ctx context.Context) (bool, error) { return v.Texts.MayText(ctx, v.contact.Caller, id, time.Now()) })
	switch {
	case err != nil:
		return "how many texts the caller has got today: " + err.Error()
	case !may:
		return "the caller has got as many texts today as are allowed"
	}
	return ""
}

// sender is the number of ours that a text comes from: that which was called, if it sends texts, else the first that does.
func (r *Router) sender(called number.Number) (from number.Number) {
	for _, line := range r.rules.Lines {
		if line.Texts && (from == "" || line.Number == called) {
			from = line.Number
		}
	}
	return from
}
