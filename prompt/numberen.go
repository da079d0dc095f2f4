package prompt

import "strings"

var (
	englishSmall = []string{
		"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
		"fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
	}
	englishTens = []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
)

// englishCardinal says a number as the British do: with an "and" before what is below a hundred.
func englishCardinal(n int) string {
	var parts []string
	if m := n / million; m > 0 {
		parts = append(parts, englishHundreds(m), "million")
	}
	if t := n % million / thousand; t > 0 {
		parts = append(parts, englishHundreds(t), "thousand")
	}
	r := n % thousand
	if r > 0 && r < 100 && n > r {
		parts = append(parts, "and")
	}
	if r > 0 || n == 0 {
		parts = append(parts, englishHundreds(r))
	}
	return strings.Join(parts, " ")
}

// englishHundreds says a number from 0 to 999.
func englishHundreds(n int) string {
	if n < 100 {
		return englishBelowHundred(n)
	}
	word := englishSmall[n/100] + " hundred"
	if n%100 > 0 {
		word += " and " + englishBelowHundred(n%100)
	}
	return word
}

func englishBelowHundred(n int) string {
	switch {
	case n < 20:
		return englishSmall[n]
	case n%10 == 0:
		return englishTens[n/10]
	}
	return englishTens[n/10] + "-" + englishSmall[n%10]
}

// englishOrdinal changes the last word of a number.
func englishOrdinal(n int) string {
	word := englishCardinal(n)
	at := strings.LastIndexAny(word, " -") + 1
	before, last := word[:at], word[at:]
	switch last {
	case "one":
		return before + "first"
	case "two":
		return before + "second"
	case "three":
		return before + "third"
	case "five":
		return before + "fifth"
	case "eight":
		return before + "eighth"
	case "nine":
		return before + "ninth"
	case "twelve":
		return before + "twelfth"
	}
	if tens, ok := strings.CutSuffix(last, "y"); ok {
		return before + tens + "ieth"
	}
	return word + "th"
}
