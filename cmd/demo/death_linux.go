package main

import "syscall"

// ownDeath keeps Ctrl-C of the terminal away from a child, which is told to stop in its turn, and lets the kernel kill
// it when we die, however we die.
func ownDeath() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
