// Package check says of rules what only the whole of them can tell: which paths go nowhere or round in circles, what the
// law and the tariffs have against them, who would wait for nobody, and whether the calls that the file itself describes
// under tests: end as it says.
//
// Its guarantee: the calls of the tests take their way by the code that real calls take theirs by (routing.Router.Try), so
// that what passes here is what callers meet.
package check
