package config

import "strings"

// Nearest returns the word among choices that was most likely meant, or "". It knows the French words that people write
// for the English keys, and else allows one slip of the fingers per three letters.
func Nearest(word string, choices []string) string {
	plain := Fold(word)
	for _, c := range choices {
		if Fold(c) == plain {
			return c
		}
	}
	for _, meant := range french(plain) {
		for _, c := range choices {
			if c == meant {
				return c
			}
		}
	}
	best, least := "", 1+len([]rune(plain))/3
	if len(plain) > 64 {
		return ""
	}
	for _, c := range choices {
		if d := distance(plain, Fold(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// Fold makes spellings equal that a person takes for the same: case, accents, spaces and hyphens.
func Fold(s string) string {
	return strings.NewReplacer("-", "_", " ", "_").Replace(unaccented(s))
}

// unaccented is small letters without accents.
func unaccented(s string) string {
	return strings.NewReplacer("é", "e", "è", "e", "ê", "e", "à", "a", "â", "a", "ç", "c", "î", "i", "ô", "o", "û", "u", "ù", "u").
		Replace(strings.ToLower(s))
}

// french returns the keys that a French word may stand for.
func french(word string) []string {
	switch strings.TrimSuffix(word, "s") {
	case "numero":
		return []string{"numbers"}
	case "horaire", "heure":
		return []string{"hours"}
	case "ouvert", "ouverture":
		return []string{"open"}
	case "ferme", "fermeture":
		return []string{"closed", "closures"}
	case "file", "file_d_attente", "attente":
		return []string{"queues", "queue", "wait"}
	case "touche":
		return []string{"keys"}
	case "sinon", "autrement", "defaut", "default":
		return []string{"otherwise"}
	case "equipe", "conseiller", "personne", "operateur":
		return []string{"agents"}
	case "telephone", "tel", "poste":
		return []string{"phone"}
	case "nom":
		return []string{"name"}
	case "competence":
		return []string{"skills", "skill"}
	case "prix", "tarif":
		return []string{"price"}
	case "annonce":
		return []string{"announcement", "play", "prompts"}
	case "duree_max", "duree_maximale", "duree":
		return []string{"max_length"}
	case "operateur_telecom", "fournisseur":
		return []string{"carrier"}
	case "nous", "nous_meme", "hotline":
		return []string{"self"}
	case "jouer", "joue", "dire", "message", "lire":
		return []string{"play", "prompts"}
	case "langue":
		return []string{"languages", "language"}
	case "societe", "entreprise", "raison_sociale":
		return []string{"company"}
	case "raccroche", "raccrocher", "fin":
		return []string{"hangup"}
	case "toujour":
		return []string{"always"}
	case "but", "objet", "usage":
		return []string{"purpose"}
	case "fichier":
		return []string{"file"}
	case "musique":
		return []string{"music"}
	case "essai", "test":
		return []string{"tests", "tries"}
	case "rappel":
		return []string{"callbacks", "offer_callback"}
	case "reponse", "decroche":
		return []string{"answer"}
	case "ferme_le", "fermeture_le":
		return []string{"closed_on"}
	case "ferie", "jours_ferie", "jour_ferie", "holiday":
		return []string{"holidays_fr"}
	case "sav", "apres_vente":
		return []string{"after_sales"}
	case "avant_vente", "vente":
		return []string{"pre_sales"}
	case "conseil":
		return []string{"paid_advice"}
	case "accueil":
		return []string{"reception"}
	}
	return nil
}

// distance counts the letters to insert, remove, change or swap to turn a into b.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
