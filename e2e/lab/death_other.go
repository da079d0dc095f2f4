//go:build !linux

package lab

import "syscall"

// dieWithUs has no counterpart here; Close ends Asterisk.
func dieWithUs() *syscall.SysProcAttr { return nil }
