package driver

// When sound is more than the noise of a line: the mean of a packet's samples, and more than how many such packets in a row,
// for one is a click.
const (
	Audible = 200
	InARow  = 5
)
