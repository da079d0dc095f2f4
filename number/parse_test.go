package number

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Number{
		// What people write.
		"08 09 40 01 00":                     "+33809400100",
		"0809.40.01.00":                      "+33809400100",
		"08-09-40-01-00":                     "+33809400100",
		"08/09/40/01/00":                     "+33809400100",
		"08·09·40·01·00":                     "+33809400100",
		"0809 (400) 100":                     "+33809400100",
		"(0)809 400 100":                     "+33809400100",
		"08\u00a009\u202f40\u200901\u300000": "+33809400100",
		"08\u201009\u201140\u201301\u221200": "+33809400100",
		" \t\u00a00809400100\r\n":            "+33809400100",
		"33809400100":                        "+33809400100",
		"+33 8 09 40 01 00":                  "+33809400100",
		"+33 0809 400 100":                   "+33809400100",
		"+33 0 892 70 12 34":                 "+33892701234",
		"(+33) 8 92 70 12 34":                "+33892701234",
		"+33(0)8 92 70 12 34":                "+33892701234",
		"+33 ( 0 ) 892 70 12 34":             "+33892701234",
		"0033 (0)8 92 70 12 34":              "+33892701234",
		"00 33 892 70 12 34":                 "+33892701234",
		"(00) 33 892 70 12 34":               "+33892701234",
		"33892701234":                        "+33892701234",
		"0836 70 12 34":                      "+33836701234", // no longer in use, and still one number
		"06 12 34 56 78":                     "+33612345678",
		"0700 1234567890":                    "+337001234567890",
		"+33 7 00 12 34 56 78 90":            "+337001234567890",
		"0033 (0) 700 1234 567 890":          "+337001234567890",
		"0709 40 00 00":                      "+33709400000",

		// What switches write.
		"sip:0809400100@pbx.example":                                "+33809400100",
		"SIP:%2B33809400100@10.0.0.1:5060":                          "+33809400100",
		"sips:+33809400100;npdi@pbx;user=x":                         "+33809400100",
		"sip:0809400100;phone-context=+33@pbx;user=phone":           "+33809400100",
		`"Marie" <sip:0809400100@pbx.example>`:                      "+33809400100",
		`Marie <sip:0809400100@pbx.example;user=phone>;tag=8ab`:     "+33809400100",
		`"Ma\"rie <sip:0600000000@x>" <sip:0809400100@pbx.example>`: "+33809400100",
		`"Marie" <0809400100>`:                                      "+33809400100",
		"tel:+33-8-09-40-01-00":                                     "+33809400100",
		"tel: 08 09 40 01 00":                                       "+33809400100",
		"tel:3635;phone-context=+33":                                "3635",
		"tel:0809400100;phone-context=ims.example":                  "+33809400100",

		// Short codes keep their national form.
		"3635": "3635", "36 35": "3635", "+333635": "3635", "0033 36 35": "3635", "+33 (36 35)": "3635",
		"118 218": "118218", "+33118218": "118218", "116 000": "116000", "+33 116 000": "116000", "1014": "1014",
		"112": "112", "+33112": "112", "00 33 112": "112", "15": "15", "110": "110", "sip:112@pbx": "112",

		// Overseas France.
		"0590 12 34 56": "+590590123456", "+33590123456": "+590590123456", "00590590123456": "+590590123456",
		"+590 590 12 34 56": "+590590123456", "+590 0590 12 34 56": "+590590123456", "+590 (0)590 12 34 56": "+590590123456",
		"0690123456": "+590690123456", "0691123456": "+590691123456", "0947512345": "+590947512345", "0709012345": "+590709012345",
		"0594123456": "+594594123456", "0694123456": "+594694123456", "0947612345": "+594947612345", "0709312345": "+594709312345",
		"0596123456": "+596596123456", "0696123456": "+596696123456", "0697123456": "+596697123456", "0947712345": "+596947712345",
		"0709112345": "+596709112345", "0262123456": "+262262123456", "0263123456": "+262263123456", "0269123456": "+262269123456",
		"0639123456": "+262639123456", "0692123456": "+262692123456", "0693123456": "+262693123456", "0947812345": "+262947812345",
		"0947912345": "+262947912345", "0709212345": "+262709212345", "0709352345": "+262709352345", "0947412345": "+33947412345",
		"0508 41 23 45": "+508412345", "+508 41 23 45": "+508412345", "+33 508 41 23 45": "+508412345",
		"+508 508 41 23 45": "+508412345", "+508 0508 41 23 45": "+508412345", "0708 41 23 45": "+508708412345",
		"+262 976 27 00 00": "+262976270000", "+262 892 70 12 34": "+262892701234", // not in our table: as written

		// Abroad.
		"+44 20 7123 4567":     "+442071234567",
		"0044 (0)20 7123 4567": "+442071234567",
		"+44 020 7123 4567":    "+442071234567",
		"+1 (202) 555-0143":    "+12025550143",
		"+39 06 6982":          "+39066982", // Italy dials the 0 from abroad too
		"+352 621 123 456":     "+352621123456",
		"+800 1234 5678":       "+80012345678",
	} {
		got, err := Parse(text)
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	const misplaced = `has "(0)" in a place where it cannot be read; it belongs behind a country code`
	for text, want := range map[string]string{
		"": "is empty", "  ": "is empty", "sip:@pbx": "is empty",
		"-": "has no digits", "+": "has no digits", "anonymous": "has the character 'a', which no telephone number has", "Anonymous@anonymous.invalid": "has the character 'A', which no telephone number has",
		"Restricted": "has the character 'R', which no telephone number has", "Unavailable": "has the character 'U', which no telephone number has", "unknown": "has the character 'u', which no telephone number has", "numéro masqué": "has the character 'n', which no telephone number has",
		"sip:anonymous@anonymous.invalid": "has the character 'a', which no telephone number has", `"Anonymous" <sip:c8oqz84zk7z@privacy.org>`: "has the character 'c', which no telephone number has",

		"809400100":           "has 9 digits, a French number has 10 and starts with 0",
		"08 09 40 01 0":       "has 9 digits, a French number has 10",
		"08 09 40 01 000":     "has 11 digits, a French number has 10",
		"0700 12345678901":    "has 15 digits, a French number has 10",
		"0112":                "has 4 digits, a French number has 10",
		"+33 8 09 40 01 0":    "has 8 digits behind +33, where a French number has 9",
		"+33 03635":           "has 5 digits, a French number has 10",
		"+33":                 "has no digits behind +33",
		"0033 00 12 34 56 78": "has two zeros behind +33, where a French number has one or none",
		"330892701234":        "has 12 digits without a leading 0; a foreign number starts with + and its country code",
		"442071234567":        "has 12 digits without a leading 0; a foreign number starts with + and its country code",
		"101":                 "has 3 digits and is no French short number",
		"4567":                "has 4 digits and is no French short number",
		"117000":              "has 6 digits and is no French short number",
		"00112":               "has 2 digits behind +1, where a number has 10",

		"+4420":              "has 2 digits behind +44, where a number has 7, 9 or 10",
		"+4412345678901234":  "has 14 digits behind +44, where a number has 7, 9 or 10",
		"+44 020 7123 45":    "has 8 digits behind +44 and its 0, where a number has 7, 9 or 10",
		"+44 00 7123 4567":   "has two zeros behind +44, where no number starts with 0",
		"+1 555 0143":        "has 7 digits behind +1, where a number has 10",
		"00 3635":            "has 2 digits behind +36, where a number has 8 or 9",
		"00 118 218":         "has 5 digits behind +1, where a number has 10",
		"+999 123 456 789":   "starts with +999, which is no country code",
		"+0123456789":        "has no country code behind the international prefix",
		"00":                 "has no country code behind the international prefix",
		"+262 0590 12 34 56": "has a number of +590 behind +262",
		"+590 508 41 23 45":  "has a number of +508 behind +590",

		"+39 (0)6 6982 1234":     `has "(0)" behind +39, where no 0 is left out; write the number as it is dialled from here`,
		"08 09 40 01 (0)0":       misplaced,
		"+3(0)3 892 70 12 34":    misplaced,
		"+33 892 70 12 34 (0)":   misplaced,
		"+33 (0)(0)892 70 12 34": misplaced,
		"+(0)33 892 70 12 34":    misplaced,
		"+590 590 (0) 12 34 56":  misplaced,
		"+44 20 (0) 7123 4567":   misplaced,
		"1(0)14":                 misplaced,
		"00(0)33 892 70 12 34":   misplaced,

		"0809400100x":                    "has the character 'x', which no telephone number has",
		"08 09 40 01 00 ou 01":           "has the character 'o', which no telephone number has",
		"0892 70 12 34 (0,80 €/min)":     "has the character ',', which no telephone number has",
		"0892 70 12 34 (0.80)":           "has 13 digits, a French number has 10",
		"8.094001e8":                     "has the character 'e', which no telephone number has",
		"08 09 40 01 00\n08 09 40 01 01": `has the invisible character U+000A; type the number again`,
		"\u202d0809400100\u202c":         "has the invisible character U+202D; type the number again",
		"+33+809400100":                  "has a '+' that is not in front",
		"++33809400100":                  "has a '+' that is not in front",
		"*31#0809400100":                 "has '*'; a service code such as *31# is no part of a number",
		"#31#0809400100":                 "has '#'; a service code such as *31# is no part of a number",
		"٠٨٠٩٤٠٠١٠٠":                     "has '٠', a digit of another script; write the digits 0 to 9",
		"08 09 40 01 ００":                 "has '０', a digit of another script; write the digits 0 to 9",
		"0809400100@pbx":                 "has the character '@', which no telephone number has",
		strings.Repeat("0", 33):          "has more than 32 digits",

		"sip:pbx.example":                "is an address without a user part",
		"sip:%zz@pbx":                    `has a wrong escape in its user part: invalid URL escape "%zz"`,
		"sip:%252B33809400100@pbx":       "has the character '%', which no telephone number has",
		"http:0809400100":                `starts with "http:"; of addresses only sip:, sips: and tel: are read`,
		"Tél. : 08 09 40 01 00":          `starts with "Tél. :"; of addresses only sip:, sips: and tel: are read`,
		"tel:3635;phone-context=+44":     "belongs to the local numbers of +44",
		"sip:3635;phone-context=+44@pbx": "belongs to the local numbers of +44",
		`"Marie <sip:0809400100@pbx>`:    "has a name whose quotes do not end",
		"Marie <sip:0809400100@pbx":      "has a < without the > that ends the address",
		"<sip:0809400100@pbx> ou":        "has a < without the > that ends the address",
	} {
		got, err := Parse(text)
		if err == nil {
			t.Errorf("Parse(%q) = %q, want an error", text, got)
			continue
		}
		if _, why, _ := strings.Cut(err.Error(), `" `); !strings.HasSuffix(err.Error(), `" `+want) {
			t.Errorf("Parse(%q): %s; want %s", text, why, want)
		}
	}
}

func TestParseShortensWhatItRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"anonymous":                       `number "anonymous" has the character 'a', which no telephone number has`,
		strings.Repeat("x", 1_000_000):    `number "` + strings.Repeat("x", 40) + `..." has the character 'x', which no telephone number has`,
		strings.Repeat("\xff", 1_000_000): "number \"\ufffd\" has the character '\ufffd', which no telephone number has",
		strings.Repeat("(", 1_000_000):    `number "` + strings.Repeat("(", 40) + `..." has no digits`, // at once
		strings.Repeat("é", 41) + ":":     `number "` + strings.Repeat("é", 40) + `..." starts with "` + strings.Repeat("é", 40) + `...:"; of addresses only sip:, sips: and tel: are read`,
	} {
		if _, err := Parse(text); err == nil || err.Error() != want {
			t.Errorf("Parse: %v; want %s", err, want)
		}
	}
}

func TestParseCaller(t *testing.T) {
	for _, c := range []struct {
		text   string
		hidden bool
		want   Number
	}{
		{"0612345678", false, "+33612345678"},
		{"+33612345678", false, "+33612345678"},
		{"0612345678", true, ""},
		{"anonymous", false, ""},
		{"Anonymous@anonymous.invalid", false, ""},
		{"sip:anonymous@anonymous.invalid", false, ""},
		{"unknown", false, ""},
		{"Restricted", false, ""},
		{"-", false, ""},
		{"+", false, ""},
		{"", false, ""},
		{"#31#0612345678", false, ""}, // asks not to be shown
		{"*31#0612345678", false, ""},
		{"'; DROP TABLE call; --", false, ""},
		{"+33 12", false, ""},
		{"442071234567", false, ""}, // or a number of somewhere else: unknown
		{"+442071234567", false, "+442071234567"},
		{"+44207123", false, "+44207123"}, // no number of Britain, yet from abroad
		{"+999123456789", false, "+999123456789"},
		{"+44", false, ""},
	} {
		if got := ParseCaller(c.text, c.hidden); got != c.want {
			t.Errorf("ParseCaller(%q, %t) = %q, want %q", c.text, c.hidden, got, c.want)
		}
	}
}
