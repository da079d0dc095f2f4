package lab

import "syscall"

// dieWithUs lets the kernel kill Asterisk when we die, however we die.
func dieWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
