package routing

import (
	"context"

	"hotline/pbx"
)

// play: the caller hears one prompt to its end.
func (v *visit) play(ctx context.Context, n *Node) (next string, err error) {
	if err := v.prompt(ctx, n.Prompt, pbx.ToTheEnd); err != nil {
		return "", err
	}
	return n.Next, nil
}
