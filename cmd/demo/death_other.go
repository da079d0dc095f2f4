//go:build !linux

package main

import "syscall"

// ownDeath keeps Ctrl-C of the terminal away from a child, which is told to stop in its turn.
func ownDeath() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
