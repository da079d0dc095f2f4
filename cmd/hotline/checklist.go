package main

import (
	"fmt"
	"io"
	"strings"

	"hotline/config"
	"hotline/routing/check"
)

// areaOf is what a code is about, by its first digit.
func areaOf(code string) config.Words {
	return map[byte]config.Words{
		'0': both("L'écriture du fichier", "How the file is written"),
		'1': both("Les mots et les valeurs", "Words and values"),
		'2': both("Les numéros", "Numbers"),
		'3': both("Les horaires et les durées", "Hours and times"),
		'4': both("Le chemin des appels", "The way of calls"),
		'5': both("Les files, l'équipe et les annonces", "Queues, people and prompts"),
		'6': both("Les prix et la loi", "Prices and law"),
		'7': both("Les rappels et la fraude", "Callbacks and fraud"),
		'8': both("Les SMS et la sécurité", "Texts and security"),
		'9': both("Les essais du fichier", "The file's own tests"),
	}[code[1]]
}

// list tells what check can say: every code with one line, or one code in full.
func (k *checker) list(args []string) error {
	all := check.Catalog()
	if len(args) > 0 {
		for _, e := range all {
			if strings.EqualFold(e.Code, args[0]) {
				return k.explain(e)
			}
		}
		return mistaken("il n'y a pas de code « %s » ; tous les codes : hotline check --list", "there is no code %q; all codes: hotline check --list", args[0])
	}
	if k.asJSON {
		codes := []codeJSON{}
		for _, e := range all {
			codes = append(codes, k.codeJSON(e))
		}
		return writeIndented(k.out, codes)
	}
	for digit := byte('0'); digit <= '9'; digit++ {
		k.listArea(k.out, digit, all)
	}
	_, err := fmt.Fprintln(k.out, k.say("E : erreur, le fichier est refusé. W : avertissement. Un code expliqué :\nhotline check --list E601",
		"E: error, the file is refused. W: warning. One code explained:\nhotline check --list E601"))
	return err
}

// listArea lists the codes of one area, under its title.
func (k *checker) listArea(out io.Writer, digit byte, all []check.Entry) {
	titled := false
	for _, e := range all {
		if e.Code[1] != digit {
			continue
		}
		if !titled {
			fmt.Fprintln(out, k.in(areaOf(e.Code)))
			titled = true
		}
		marked(out, "  "+e.Code+"  ", k.in(e.Title))
	}
	if titled {
		fmt.Fprintln(out)
	}
}

// explain tells one code in full.
func (k *checker) explain(e check.Entry) error {
	if k.asJSON {
		return writeIndented(k.out, k.codeJSON(e))
	}
	marked(k.out, e.Code+"  ", k.in(e.Title))
	verdict := k.say("Erreur : le fichier est refusé tant qu'elle est là.", "Error: the file is refused while it is there.")
	if e.Warning() {
		verdict = k.say("Avertissement : le fichier peut être mis en service quand même.", "Warning: the file may be put in force all the same.")
	}
	wrapped(k.out, "  ", k.in(areaOf(e.Code))+". "+verdict)
	wrapped(k.out, "  ", k.in(e.Explanation))
	return nil
}

type codeJSON struct {
	Code        string `json:"code"`
	Severity    string `json:"severity"` // error or warning
	Area        string `json:"area"`
	Title       string `json:"title"`
	Explanation string `json:"explanation"`
}

func (k *checker) codeJSON(e check.Entry) codeJSON {
	severity := "error"
	if e.Warning() {
		severity = "warning"
	}
	return codeJSON{e.Code, severity, k.in(areaOf(e.Code)), k.in(e.Title), k.in(e.Explanation)}
}
