package check

// houseCodes are about what phones of the house dial, and about who is kept out.
var houseCodes = [][5]string{
	{"E180", "code impossible", "impossible code",
		"Une étoile ou un dièse, puis des chiffres, entre guillemets : \"*77\".", `A star or a hash, then digits, in quotes: "*77".`},
	{"E181", "code déjà pris", "code already taken",
		"C'est un numéro court, un de vos numéros ou un poste.", "It is a short number, one of your numbers, or a phone."},
	{"E182", "mot qui manque ou ne va pas avec do", "word that is missing or does not go with do",
		"close et open disent quel service ; les autres non.", "close and open say which service; the others do not."},
	{"E183", "PIN trop court ou trop long", "PIN too short or too long",
		"De 4 à 8 chiffres.", "From 4 to 8 digits."},
	{"W184", "PIN qui se devine", "PIN that is easy to guess",
		"1234, 0000 et les années sont essayés les premiers.", "1234, 0000 and years are tried first."},
}
