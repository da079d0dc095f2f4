package config

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// A slip is one mistake of writing in a file that was good.
type slip struct {
	name     string
	old, new string // the first place of old in the example becomes new
	want     string // code, line and column; "" where it is as good
}

func slips() []slip {
	return slices.Concat(slipsOfQuotes(), slipsOfPlace(), slipsOfLists(), slipsOfLetters(), slipsOfPrograms())
}

func slipsOfQuotes() []slip {
	return []slip{
		{"colon in text", "company: Électro Durand", "company: Électro : Durand", "E011 5:18"},
		{"colon in flow text", "name: Marie Dupont", "name: Marie : Dupont", "E011 51:23"},
		{"colon in flow at the end", "{service: sav}     #", "{service: sav:}     #", "E011 22:32"},
		{"apostrophe", "company: Électro Durand", "company: 'l'Électro'", "E012 5:12"},
		{"apostrophe in flow", "name: Marie Dupont", "name: 'Marie d'Arc'", "E012 51:25"},
		{"apostrophe at the start", "company: Électro Durand", "company: 'Électro Durand", "E017 5:10"},
		{"quote not opened", "company: Électro Durand", `company: Électro Durand"`, "E017 5:24"},
		{"quote not closed", "company: Électro Durand", `company: "Électro Durand`, "E017 5:10"},
		{"quote not closed in flow", "name: Marie Dupont", `name: "Marie Dupont`, "E017 51:17"},
		{"quote in quotes", "company: Électro Durand", `company: "Électro "Durand""`, "E012 5:19"},
		{"text behind quotes", "company: Électro Durand", `company: "Électro" Durand`, "E012 5:18"},
		{"single and double quote", "company: Électro Durand", `company: "Électro Durand'`, "E017 5:10"},
		{"bracket not closed", "[fr, en]", "[fr, en", "E016 6:12"},
		{"bracket not opened", "[fr, en]", "fr, en]", "E016 6:18"},
		{"bracket closed twice", "[fr, en]", "[fr, en]]", "E016 6:20"},
		{"bracket closed by brace", "[fr, en]", "[fr, en}", "E016 6:19"},
		{"brace not closed", "{menu: sav}", "{menu: sav", "E016 29:11"},
		{"brace not closed with comment", "01 40 00 01 00: {service: sav} ", "01 40 00 01 00: {service: sav ", "E016 22:19"},
		{"brace not opened", "open: {menu: sav}", "open: menu: sav}", "E016 29:20"},
		{"brace closed twice", "{menu: sav}", "{menu: sav}}", "E016 29:22"},
		{"brace for bracket", "[marie, paul, karim]", "{marie, paul, karim}", "E016 59:13"},
		{"list of steps not closed", "[{play: personne}, hangup] ", "[{play: personne, hangup] ", "E016 62:40"},
		{"inner brace not closed", "{fr: {file: bienvenue.wav}, en: {file: bienvenue-en.wav}}", "{fr: {file: bienvenue.wav, en: {file: bienvenue-en.wav}}", "E016 77:14"},
		{"last brace not closed", "{fr: {file: bienvenue.wav}, en: {file: bienvenue-en.wav}}", "{fr: {file: bienvenue.wav}, en: {file: bienvenue-en.wav}", "E016 77:14"},
		{"comma missing in flow", "{name: Marie Dupont,  phone: 101}", "{name: Marie Dupont  phone: 101}", "E022 51:31"},
		{"comma missing between braces", "[{language: en}, {menu: sav}]", "[{language: en} {menu: sav}]", "E022 45:26"},
		{"comma twice", "[marie, paul, karim]", "[marie,, paul, karim]", "E022 59:20"},
		{"comma at the end", "[marie, paul, karim]", "[marie, paul, karim,]", ""},
		{"semicolon", "[marie, paul, karim]", "[marie; paul; karim]", "E401 59:14"},
		{"no brackets", "agents: [marie, paul, karim]", "agents: marie, paul, karim", "E401 59:13"},
		{"parentheses", "[marie, paul, karim]", "(marie, paul, karim)", "E401 59:13"},
		{"tab for indent", "    service: ventes", "\tservice: ventes", "E013 12:1"},
		{"tab behind spaces", "    service: ventes", "  \tservice: ventes", "E013 12:3"},
		{"tab inside", "    service: ventes", "    service:\tventes", ""},
		{"tab before comment", "[fr, en]                  #", "[fr, en]\t#", ""},
		{"tab at end", "    service: ventes", "    service: ventes\t", ""},
	}
}

func slipsOfPlace() []slip {
	return []slip{
		{"key #", "      0: {queue: sav}", "      #: {queue: sav}", "E014 46:7"},
		{"key *", "      0: {queue: sav}", "      *: {queue: sav}", "E014 46:7"},
		{"no space behind colon", "    service: ventes", "    service:ventes", "E021 12:5"},
		{"no space behind colon, in flow", "{menu: sav}", "{menu:sav}", "E021 29:12"},
		{"no space behind colon in flow, two", "{name: Marie Dupont,  phone: 101}", "{name:Marie Dupont, phone: 101}", "E021 51:11"},
		{"no space behind colon at top", "version: 1", "version:1", "E021 4:1"},
		{"space before colon", "    service: ventes", "    service : ventes", ""},
		{"equals sign", "    service: ventes", "    service = ventes", "E021 12:5"},
		{"equals sign at top", "company: Électro", "company= Électro", "E021 5:1"},
		{"colon missing", "    service: ventes", "    service ventes", "E021 12:5"},
		{"colon missing behind a section", "services:\n", "services\n", "E021 25:1"},
		{"colon missing behind a name", "  ventes:\n    purpose", "  ventes\n    purpose", "E021 30:3"},
		{"colon missing behind a number", "08 09 40 01 00: ", "08 09 40 01 00  ", "E021 14:3"},
		{"indent one more", "    wrap_up: 20s", "     wrap_up: 20s", "E020 66:6"},
		{"indent one less", "    wrap_up: 20s", "   wrap_up: 20s", "E020 66:4"},
		{"indent two less", "    wrap_up: 20s", "  wrap_up: 20s", "E020 66:3"},
		{"indent two more", "    wrap_up: 20s", "      wrap_up: 20s", "E020 66:7"},
		{"indent none", "    wrap_up: 20s", "wrap_up: 20s", "E020 66:1"},
		{"indent of first key one more", "    purpose: pre_sales", "     purpose: pre_sales", "E020 31:6"},
		{"indent of a first key one less", "    purpose: pre_sales", "   purpose: pre_sales", "E020 31:4"},
		{"indent of a name one more", "  ventes:\n    purpose", "   ventes:\n    purpose", "E020 30:4"},
		{"indent of a name one less", "  ventes:\n    purpose", " ventes:\n    purpose", "E020 30:2"},
		{"indent of a name none", "  ventes:\n    purpose", "ventes:\n    purpose", "E020 30:1"},
		{"indent of a name four", "  ventes:\n    purpose", "    ventes:\n    purpose", "E020 30:5"},
		{"indent of a section", "services:\n", "  services:\n", "E020 25:3"},
		{"indent of a section one", "services:\n", " services:\n", "E020 25:2"},
		{"indent of top key", "company: É", " company: É", "E020 5:2"},
		{"indent of first line", "version: 1", " version: 1", "E020 4:2"},
		{"indent of a number", "  08 92 40 03 00:", " 08 92 40 03 00:", "E020 17:2"},
		{"indent of a flow entry one more", "  paul:  {name", "   paul:  {name", "E020 52:4"},
		{"indent of a flow entry none", "  paul:  {name", "paul:  {name", "E020 52:1"},
		{"indent of a menu key", "      2: {queue", "     2: {queue", "E020 44:6"},
	}
}

func slipsOfLists() []slip {
	return []slip{
		{"no value", "    service: ventes", "    service:", "E015 12:5"},
		{"no value at top", "company: Électro Durand", "company:", "E015 5:1"},
		{"no value in flow", "{menu: sav}", "{menu: }", "E015 29:12"},
		{"no value and no colon in flow", "{menu: sav}", "{menu}", "E015 29:12"},
		{"no section under it", "    keys:\n", "    keys:\n    tries: 3\n", "E020 44:7"},
		{"list without dash", "    agents: [marie, paul, karim]\n", "    agents:\n      marie\n      paul\n      karim\n", "E023 60:7"},
		{"dash without space", "    agents: [marie, paul, karim]\n", "    agents:\n      -marie\n      -paul\n      -karim\n", "E023 60:7"},
		{"one dash without space", "    agents: [marie, paul, karim]\n", "    agents:\n      - marie\n      -paul\n      - karim\n", "E023 61:7"},
		{"one dash missing", "    agents: [marie, paul, karim]\n", "    agents:\n      - marie\n      paul\n      - karim\n", "E023 61:7"},
		{"dash item deeper", "    agents: [marie, paul, karim]\n", "    agents:\n      - marie\n       - paul\n      - karim\n", "E020 61:8"},
		{"dash item shallower", "    agents: [marie, paul, karim]\n", "    agents:\n      - marie\n     - paul\n      - karim\n", "E020 61:6"},
		{"empty dash", "    agents: [marie, paul, karim]\n", "    agents:\n      - marie\n      -\n      - karim\n", "E015 61:8"},
		{"tab after dash", "    agents: [marie, paul, karim]\n", "    agents:\n      -\tmarie\n      - karim\n", "E013 60:8"},
		{"list on the line and below", "    agents: [marie, paul, karim]\n", "    agents: [marie]\n      - paul\n      - karim\n", "E020 60:7"},
		{"value on the line and below", "    open: {menu: sav}\n", "    open: sav\n      menu: sav\n", "E020 30:7"},
		{"flow and below", "    open: {menu: sav}\n", "    open: {menu: sav}\n      queue: sav\n", "E020 30:7"},
		{"dash in a mapping", "    purpose: pre_sales", "    - purpose: pre_sales", "E023 32:5"},
		{"dash before a name", "  ventes:\n    purpose", "  - ventes:\n    purpose", "E023 30:3"},
		{"dash on the line", "    agents: [marie, paul, karim]\n", "    agents: - marie\n", "E023 59:13"},
	}
}

func slipsOfLetters() []slip {
	return []slip{
		{"french quotes around a text", "company: Électro Durand", "company: « Électro Durand »", "E028 5:10"},
		{"french quotes with colon", "company: Électro Durand", "company: « Électro : Durand »", "E011 5:20"},
		{"curly quotes around a text", "company: Électro Durand", "company: “Électro Durand”", "E028 5:10"},
		{"curly quotes around a key", "      0: {queue", "      “0”: {queue", "E028 46:7"},
		{"curly quotes in flow", "name: Marie Dupont", "name: “Marie Dupont”", "E028 51:17"},
		{"curly quotes, comma", "name: Marie Dupont", "name: “Dupont, Marie”", "E028 51:17"},
		{"curly around value word", "    service: ventes", "    service: “ventes”", "E028 12:14"},
		{"curly apostrophe around a value", "    service: ventes", "    service: ‘ventes’", "E028 12:14"},
		{"no-break space for indent", "    service: ventes", "\u00a0\u00a0\u00a0\u00a0service: ventes", "E004 12:1"},
		{"no-break space behind colon", "    service: ventes", "    service:\u00a0ventes", "E004 12:13"},
		{"no-break space before colon", "    service: ventes", "    service\u00a0: ventes", "E004 12:12"},
		{"no-break space in a value", "    service: ventes", "    service: ventes\u00a0", "E004 12:20"},
		{"no-break in flow", "{menu: sav}", "{menu:\u00a0sav}", "E004 29:17"},
		{"no-break after comma", "{name: Marie Dupont,  phone: 101}", "{name: Marie Dupont,\u00a0phone: 101}", "E004 51:30"},
		{"fine space before colon", "    service: ventes", "    service\u202f: ventes", "E004 12:12"},
		{"em dash in number list", "    agents: [marie, paul, karim]\n", "    agents:\n      — marie\n      — paul\n", "E023 60:7"},
		{"en dash list", "    agents: [marie, paul, karim]\n", "    agents:\n      – marie\n      – paul\n", "E023 60:7"},
		{"ellipsis", "company: Électro Durand", "company: …", ""},
		{"number lost zero", "  08 09 40 01 00:", "  809400100:", "E202 14:3"},
		{"number exponent", "  08 09 40 01 00:", "  8.09E+09:", "E202 14:3"},
		{"number underscored", "  08 09 40 01 00:", "  08_09_40_01_00:", "E201 14:3"},
		{"number octal", "phone: 101", "phone: 0o145", "E201 51:39"},
		{"number letters O", "  08 09 40 01 00:", "  O8 O9 4O O1 OO:", "E201 14:3"},
		{"number full width", "  08 09 40 01 00:", "  ０８ ０９ 40 01 00:", "E027 14:3"},
		{"number dots", "  08 09 40 01 00:", "  08.09.40.01.00:", ""},
		{"number quotes", "  08 09 40 01 00:", "  \"08 09 40 01 00\":", ""},
		{"name null", "    service: ventes", "    service: null", "E015 12:5"},
		{"name tilde", "    service: ventes", "    service: ~", "E015 12:5"},
		{"name yes", "    service: ventes", "    service: yes", "E401 12:14"},
	}
}

func slipsOfPrograms() []slip {
	return []slip{
		{"duplicate key", "    wrap_up: 30s", "    wrap_up: 30s\n    wrap_up: 30s", "E102 62:5"},
		{"duplicate key in flow", "{name: Marie Dupont,  phone: 101}", "{name: Marie Dupont, name: Marie, phone: 101}", "E102 51:31"},
		{"duplicate section", "prompts:\n", "menus:\n  b: {play: occupe, keys: {1: {queue: sav}}, otherwise: hangup}\nprompts:\n", "E102 76:1"},
		{"merge conflict", "    wrap_up: 30s", "<<<<<<< HEAD\n    wrap_up: 30s\n=======\n    wrap_up: 40s\n>>>>>>> other", "E025 61:1"},
		{"conflict end", "    wrap_up: 30s ", ">>>>>>> other\n    wrap_up: 30s ", "E025 61:1"},
		{"conflict middle", "    wrap_up: 30s ", "=======\n    wrap_up: 30s ", "E025 61:1"},
		{"diff plus", "    wrap_up: 30s ", "+    wrap_up: 30s ", "E020 61:1"},
		{"anchor", "    open: {menu: sav}", "    open: &x {menu: sav}", "E019 29:11"},
		{"alias", "    open: {menu: sav}", "    open: *x", "E018 29:11"},
		{"tag", "    open: {menu: sav}", "    open: !x {menu: sav}", "E019 29:11"},
		{"tag str", "    service: ventes", "    service: !!str ventes", "E019 12:14"},
		{"merge key", "    purpose: pre_sales", "    <<: x\n    purpose: pre_sales", "E104 31:5"},
		{"complex key", "    purpose: pre_sales", "    ? purpose\n    : pre_sales", "E019 31:5"},
		{"question mark line", "    purpose: pre_sales", "    ? [a, b]\n    : pre_sales", "E019 31:5"},
		{"two documents", "services:\n", "---\nservices:\n", "E005 25:1"},
		{"end mark", "services:\n", "...\nservices:\n", "E005 25:1"},
		{"directive", "version: 1", "%YAML 1.2\n---\nversion: 1", "E019 4:1"},
		{"bom in the middle", "services:\n", "\ufeffservices:\n", "E004 25:1"},
		{"cyrillic key", "    purpose: pre_sales", "    purpоse: pre_sales", "E027 31:9"},
		{"cyrillic name", "[marie, paul, karim]", "[mаrie, paul, karim]", "E027 59:15"},
		{"cyrillic value", "purpose: pre_sales", "purpose: pre_sаles", "E027 31:19"},
		{"zero width", "    purpose: pre_sales", "    pur\u200bpose: pre_sales", "E004 31:8"},
		{"soft hyphen", "    purpose: pre_sales", "    pur\u00adpose: pre_sales", "E004 31:8"},
		{"key with spaces in quotes", "    purpose: pre_sales", "    \"purpose \": pre_sales", "E101 31:5"},
		{"value with spaces in quotes", "    purpose: pre_sales", "    purpose: \"pre_sales \"", "E107 31:14"},
		{"key upper case", "    purpose: pre_sales", "    Purpose: pre_sales", "E101 31:5"},
		{"fullwidth colon", "    purpose: pre_sales", "    purpose： pre_sales", "E021 31:5"},
		{"at sign", "company: Électro Durand", "company: @Électro", "E018 5:10"},
		{"percent", "company: Électro Durand", "company: %Électro", "E018 5:10"},
		{"star", "company: Électro Durand", "company: *Électro*", "E018 5:10"},
		{"ampersand", "company: Électro Durand", "company: &Électro", "E018 5:10"},
		{"exclamation", "company: Électro Durand", "company: !Électro", "E018 5:10"},
		{"backquote", "company: Électro Durand", "company: `Électro`", "E018 5:10"},
		{"gt", "company: Électro Durand", "company: > Électro", "E018 5:12"},
		{"pipe", "company: Électro Durand", "company: | Électro", "E018 5:12"},
		{"hash in text", "company: Électro Durand", "company: # Électro", "E015 5:1"},
		{"bad escape", "company: Électro Durand", `company: "C:\Électro"`, "E018 5:13"},
		{"json comma at line end", "    service: ventes", "    service: ventes,", "E401 12:14"},
		{"comma at the end of a line of flow", "01 40 00 01 00: {service: sav} ", "01 40 00 01 00: {service: sav}, ", "E022 22:33"},
		{"html", "services:\n", "<p>services:</p>\n", "E026 25:1"},
		{"slash comment", "services:\n", "// services\nservices:\n", "E024 25:1"},
		{"c comment", "services:\n", "/* services */\nservices:\n", "E024 25:1"},
		{"semicolon comment", "services:\n", "; services\nservices:\n", "E024 25:1"},
		{"text line", "services:\n", "Voici les services\nservices:\n", "E021 25:1"},
		{"decimal comma price", "0.80 EUR/min", "0,80 EUR/min", "E302 19:12"},
		{"em dash time", "agents: [lea, paul]\n    answer_within: 20s", "agents: [lea, paul]\n    answer_within: 20 s", "E301 65:20"},
		{"comment without space", "[fr, en]                  #", "[fr, en]#", ""},
		{"comment in plain without space", "version: 1", "version: 1# x", "E006 4:10"},
		{"comment inside a text", "company: Électro Durand", "company: Électro #1", ""},
	}
}

// TestSlips damages a good file in one place at a time, as people do: there is one error, and at that place.
func TestSlips(t *testing.T) {
	data, err := os.ReadFile("../examples/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range slips() {
		text := strings.Replace(string(data), s.old, s.new, 1)
		if text == string(data) {
			t.Errorf("%s: nothing to replace", s.name)
		}
		_, problems := ParseRules("rules.yaml", []byte(text))
		var got []string
		for _, p := range problems {
			got = append(got, fmt.Sprintf("%s %d:%d", p.Code, p.Pos.Line, p.Pos.Column))
		}
		if strings.Join(got, ", ") != s.want {
			var out strings.Builder
			if err := problems.Print(&out, "en"); err != nil {
				t.Fatal(err)
			}
			t.Errorf("%s: %v, want %s:\n%s", s.name, got, s.want, out.String())
		}
	}
}
