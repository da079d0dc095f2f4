package lab

import (
	"errors"
	"fmt"
	"net"
)

const (
	firstPort     = 12000 // below the ports that systems hand out by themselves
	slotSize      = 1000
	slots         = 20
	slotRTP       = 900 // ports from 100 on are sound: two per leg
	offsetSIP     = 1
	offsetControl = 2 // where hotline asks: ARI, the event socket
	offsetPeer    = 3 // where calls over the trunk go
	offsetTrunk   = 4 // where calls from outside come, on a switch that has a port for them
	offsetRTP     = 100
)

// A slot is a range of loopback ports that no other lab on this machine uses, in this process or another.
// Holding a listener on its first port is the claim, which ends with the process at the latest.
type slot struct {
	base  int
	claim net.Listener
}

// takeSlot claims the first free range.
func takeSlot() (*slot, error) {
	for i := range slots {
		base := firstPort + i*slotSize
		l, err := net.Listen("tcp", loopback(base))
		if err != nil {
			continue
		}
		s := &slot{base: base, claim: l}
		if s.usable() {
			return s, nil
		}
		if err := l.Close(); err != nil {
			return nil, fmt.Errorf("give back port %d: %w", base, err)
		}
	}
	return nil, errors.New("find free ports on 127.0.0.1: all ranges are taken")
}

// usable says whether nobody else sits on the ports that have to be exactly these.
func (s *slot) usable() bool {
	tcp, err := net.Listen("tcp", loopback(s.base+offsetControl))
	if err != nil {
		return false
	}
	usable := tcp.Close() == nil
	for _, offset := range []int{offsetSIP, offsetTrunk} {
		udp, err := net.ListenPacket("udp", loopback(s.base+offset))
		usable = usable && err == nil && udp.Close() == nil
	}
	return usable
}

// release lets the next lab have the range.
func (s *slot) release() error { return s.claim.Close() }

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
