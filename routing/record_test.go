package routing_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"hotline/config"
	"hotline/prompt"
	"hotline/routing"
)

// A keeper keeps what is recorded in the folder of a story, numbered in the order in which it was.
type keeper struct {
	rules  *config.Rules
	studio prompt.Studio

	mu    sync.Mutex
	takes []string // their ids
}

func (k *keeper) Wanted() (all []routing.Wanted) {
	for _, name := range slices.Sorted(maps.Keys(k.rules.Prompts)) {
		all = append(all, routing.Wanted{Name: name, Lang: "fr", Words: k.rules.Prompts[name].Texts["fr"], File: name + "-fr.wav"})
	}
	return all
}

func (k *keeper) Beep() (string, error) { return "beep.wav", nil }

func (k *keeper) number(id string) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !slices.Contains(k.takes, id) {
		k.takes = append(k.takes, id)
	}
	return slices.Index(k.takes, id) + 1
}

func (k *keeper) Raw(id string) string {
	return filepath.Join(k.studio.Folder, fmt.Sprintf("raw-%d.wav", k.number(id)))
}

func (k *keeper) Take(id string, w routing.Wanted) (string, prompt.Measure, []prompt.Fault, error) {
	file := fmt.Sprintf("take-%d.wav", k.number(id))
	m, faults, err := k.studio.Take(k.Raw(id), file, w.Price)
	return file, m, faults, err
}

func (k *keeper) Keep(_ context.Context, take string, w routing.Wanted) error {
	return k.studio.Keep(take, w.File, time.Now())
}

func (k *keeper) Drop(id string) {
	_ = os.Remove(k.Raw(id))
	_ = os.Remove(filepath.Join(k.studio.Folder, fmt.Sprintf("take-%d.wav", k.number(id))))
}
