package web

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// A full disk is told as such to both sides of the socket: nothing has changed, and room has to be made.
func TestFullDiskIsTold(t *testing.T) {
	p := problemOf(fmt.Errorf("put the rules in force: %w", ErrDiskFull), "fr")
	if p.Status != 507 || !strings.Contains(p.Error(), "le disque est plein") || !strings.Contains(p.Error(), "Rien n'a changé") {
		t.Errorf("%d: %s", p.Status, p)
	}
	if err := rulesError(p); !errors.Is(err, ErrDiskFull) {
		t.Errorf("over the socket: %v", err)
	}
}
