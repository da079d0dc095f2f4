package check

import (
	"slices"
	"strings"
	"unicode/utf16"

	"hotline/config"
)

// texts looks at text messages: where they come to, and what is answered.
func (c *checker) texts() {
	texted := map[string]bool{} // services that have a number for them
	for _, line := range c.rules.Lines {
		if !line.Texts {
			continue
		}
		texted[line.Service] = true
		national := line.Number.National()
		switch {
		case line.Number.Short() || strings.HasPrefix(national, "08"):
			c.fail(c.key(line.Pos, "texts"), "E800", words("le %s ne reçoit pas de SMS", "%s receives no text messages", line.Number.Pretty()),
				words("Aucun opérateur n'y livre les SMS des clients.", "No operator delivers customers' text messages to it."),
				words("mettez texts: true sur un numéro en 01-05, 06, 07 ou 09.", "put texts: true on a number in 01-05, 06, 07 or 09."))
		case c.rules.TextLines[line.Service] == nil && len(c.rules.TextLines) != 1:
			c.warn(c.key(line.Pos, "texts"), "W802", words("rien ne dit ce que devient un SMS au %s", "nothing says what becomes of a text to %s", line.Number.Pretty()), config.Words{},
				words("ajoutez texts: {%s: {queue: nom}}.", "add texts: {%s: {queue: name}}.", line.Service))
		}
	}
	for _, name := range names(c.rules.TextLines) {
		t := c.rules.TextLines[name]
		if len(texted) == 0 || !texted[name] && len(c.rules.TextLines) > 1 {
			c.warn(c.at(t.Pos), "W801", words("aucun numéro ne reçoit les SMS de %s", "no number receives the texts of %s", name), config.Words{},
				words("ajoutez texts: true à un numéro du service %s.", "add texts: true to a number of service %s.", name))
		}
		c.reply(t, "reply_open", t.ReplyOpen)
		c.reply(t, "reply_closed", t.ReplyClosed)
		c.textWords(t)
	}
}

// reply warns of an answer that is sent, and paid, as several messages.
func (c *checker) reply(t *config.TextLine, word, text string) {
	parts, sign := messages(text)
	if parts < 2 {
		return
	}
	why := words("Un SMS a 160 signes.", "A text message has 160 characters.")
	if sign != 0 {
		why = words("« %c » n'est pas dans l'alphabet des SMS : avec lui, un SMS n'a que 70 signes au lieu de 160.",
			`"%c" is not in the alphabet of text messages: with it a message has 70 characters instead of 160.`, sign)
	}
	c.warn(c.key(t.Pos, word), "W803", words("%s de %s part en %d SMS", "%s of %s is sent as %d messages", word, t.Name, parts), why,
		words("raccourcissez, ou écrivez sans ce signe, si le prix compte.", "make it shorter, or write without that sign, if the price counts."))
}

// messages says in how many messages a text is sent, and which character makes them short.
func messages(text string) (parts int, sign rune) {
	const alphabet = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	const twice = "^{}\\[~]|€"
	length, one, several := 0, 160, 153
	for _, r := range text {
		switch {
		case strings.ContainsRune(alphabet, r):
			length++
		case strings.ContainsRune(twice, r):
			length += 2
		case sign == 0:
			sign = r
		}
	}
	if sign != 0 {
		length, one, several = len(utf16.Encode([]rune(text))), 70, 67
	}
	if length <= one {
		return 1, sign
	}
	return (length + several - 1) / several, sign
}

// textWords looks at what is done when a text is one word.
func (c *checker) textWords(t *config.TextLine) {
	for _, w := range names(t.Words) {
		at := c.key(t.Pos, "words", w)
		if slices.Contains([]string{"stop", "arret"}, config.Fold(w)) {
			c.fail(at, "E804", words("« %s » ne se redéfinit pas", `"%s" cannot be given another meaning`, w),
				words("STOP arrête tout envoi : c'est la loi, et hotline le comprend toujours.", "STOP ends all sending: that is the law, and hotline always understands it."),
				words("enlevez-le.", "remove it."))
			continue
		}
		for _, s := range t.Words[w] {
			if s.Kind == config.OfferCallback || s.Kind == config.ToQueue {
				continue
			}
			c.warn(c.at(s.Pos), "W805", words("%s ne va pas dans la réponse à un SMS", "%s does not go with a text message", s.Kind),
				words("Personne n'est au téléphone : rien ne serait entendu.", "Nobody is on the phone: nothing would be heard."),
				words("écrivez {offer_callback: nom} ou {queue: nom}.", "write {offer_callback: name} or {queue: name}."))
		}
	}
}
