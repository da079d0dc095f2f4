package routing

import (
	"context"
	"errors"

	"hotline/pbx"
)

// menu: the caller hears what there is to choose, presses a key at any moment, and goes where it leads. After as many
// tries as the menu allows without a key that it knows, the caller goes where "otherwise" leads.
func (v *visit) menu(ctx context.Context, n *Node) (next string, err error) {
	for heard := 1; ; heard++ {
		key, err := v.choose(ctx, n)
		if err != nil && !errors.Is(err, pbx.ErrNoInput) {
			return "", err
		}
		next, way, again := n.pressed(key, heard)
		if !again {
			if way == n.way(0) {
				v.log.Info("no key of the menu pressed", "menu", n.Menu.Name, "to", next)
			} else {
				v.log.Info("key pressed", "menu", n.Menu.Name, "key", string(key), "to", next)
			}
			v.kept.pass(way)
			return next, nil
		}
		if err := v.wrong(ctx, err != nil, n.Menu.Invalid, n.Menu.Silent); err != nil {
			return "", err
		}
	}
}

func (v *visit) choose(ctx context.Context, n *Node) (key byte, err error) {
	for _, name := range n.Menu.Play {
		if err := v.prompt(ctx, name, pbx.UntilKey); err != nil {
			return 0, err
		}
	}
	return v.call.Key(ctx, n.Menu.Wait)
}
