//go:build !race

package esl

// raceEnabled says whether the tests run with the race detector, which makes them many times slower.
const raceEnabled = false
