package check

import (
	"strings"
	"unicode/utf16"

	"hotline/config"
)

// partsMost is in how many messages an answer may be sent before it is worth a word: French letters soon make two.
const partsMost = 2

// texts looks at text messages: where they come to, and what is answered.
func (c *checker) texts() {
	for _, line := range c.rules.Lines {
		if !line.Texts {
			continue
		}
		if line.Number.Short() || strings.HasPrefix(line.Number.National(), "08") {
			c.fail(c.rules.Key(line.Pos, "texts"), "E800", words("le %s ne reçoit pas de SMS", "%s receives no text messages", line.Number.Pretty()),
				words("Les opérateurs ne livrent pas de SMS aux 08 ni aux numéros courts d'appel : personne ne les lirait.", "Operators deliver no text messages to 08 numbers or short numbers for calls: nobody would read them."),
				words("mettez texts: true sur un numéro en 01-05, 06, 07 ou 09.", "put texts: true on a number in 01-05, 06, 07 or 09."))
		}
	}
	for _, name := range names(c.rules.TextLines) {
		t := c.rules.TextLines[name]
		c.reply(t, "reply_open", t.ReplyOpen)
		c.reply(t, "reply_closed", t.ReplyClosed)
		c.textWords(t)
	}
}

// reply warns of an answer that is sent, and paid, as several messages.
func (c *checker) reply(t *config.TextLine, word, text string) {
	parts, sign := messages(text)
	if parts <= partsMost {
		return
	}
	why := words("Un SMS a 160 signes.", "A text message has 160 characters.")
	fix := words("raccourcissez, si le prix compte.", "make it shorter, if the price counts.")
	if sign != 0 {
		why = words("« %c » n'est pas dans l'alphabet des SMS : avec lui, un SMS n'a que 70 signes au lieu de 160.",
			`"%c" is not in the alphabet of text messages: with it a message has 70 characters instead of 160.`, sign)
		fix = words("raccourcissez, ou écrivez sans ce signe, si le prix compte.", "make it shorter, or write without that sign, if the price counts.")
	}
	c.warn(c.rules.Key(t.Pos, word), "W803", words("%s de %s part en %d SMS", "%s of %s is sent as %d messages", word, t.Name, parts), why, fix)
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
		for _, s := range t.Words[w] {
			if s.Kind == config.OfferCallback || s.Kind == config.ToQueue {
				continue
			}
			c.warn(c.rules.At(s.Pos), "W805", words("%s ne va pas dans la réponse à un SMS", "%s does not go with a text message", s.Kind),
				words("Personne n'est au téléphone : rien ne serait entendu.", "Nobody is on the phone: nothing would be heard."),
				words("écrivez {offer_callback: nom} ou {queue: nom}.", "write {offer_callback: name} or {queue: name}."))
		}
	}
}
