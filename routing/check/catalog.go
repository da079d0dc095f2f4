package check

import (
	"cmp"
	"slices"

	"hotline/config"
)

// An Entry is one thing that can be wrong with the rules, or with the daemon's file.
type Entry struct {
	Code        string
	Title       config.Words
	Explanation config.Words // why it matters, and what to do
}

// Warning reports whether the file may be put in force all the same.
func (e Entry) Warning() bool { return e.Code[0] == 'W' }

// Catalog is every code that a check can say, in their order: errors first.
func Catalog() []Entry {
	var all []Entry
	for _, row := range slices.Concat(writingCodes, wordCodes, transferCodes, timeCodes, pathCodes, queueCodes, promptCodes, moneyCodes, otherCodes) {
		all = append(all, Entry{row[0], config.Words{FR: row[1], EN: row[2]}, config.Words{FR: row[3], EN: row[4]}})
	}
	slices.SortFunc(all, func(a, b Entry) int { return cmp.Compare(a.Code, b.Code) })
	return all
}

// writingCodes are about how the file is written.
var writingCodes = [][5]string{
	{"E001", "fichier illisible", "unreadable file",
		"Le fichier n'existe pas, ou hotline n'a pas le droit de le lire.", "The file does not exist, or hotline may not read it."},
	{"E002", "fichier vide", "empty file",
		"Un fichier vide n'est jamais une configuration ; partez d'un exemple.", "An empty file is never a configuration; begin with an example."},
	{"E003", "fichier trop grand", "file too large",
		"Un fichier a au plus 1 Mo ; au-delà, ce ne sont pas des règles.", "A file has at most 1 MB; beyond that it is no rules."},
	{"E004", "codage ou caractère invisible", "encoding or invisible character",
		"Le fichier doit être en UTF-8, sans caractère que l'éditeur ne montre pas.", "The file has to be UTF-8, without characters that an editor does not show."},
	{"E005", "deuxième document YAML", "second YAML document",
		"Ce qui suit « --- » ne serait pas lu.", `What follows "---" would not be read.`},
	{"E006", "version absente ou inconnue", "version missing or unknown",
		"« version: 1 » en première ligne dit comment lire le fichier.", `"version: 1" in the first line says how to read the file.`},
	{"W007", "fichier de rules.d qui n'est pas lu", "file of rules.d that is not read",
		"Seuls les fichiers dont le nom finit par .yaml sont lus.", "Only files whose names end in .yaml are read."},
	{"E010", "ce n'est plus du YAML", "no longer YAML",
		"Comparez avec les lignes voisines : espaces du début, « : », guillemets.", `Compare with the lines around it: leading spaces, ":", quotes.`},
	{"E011", "« : » dans un texte sans guillemets", `":" in a text without quotes`,
		"En YAML, « : » sépare un mot de sa valeur ; mettez le texte entre guillemets.", `In YAML ":" separates a word from its value; put the text in quotes.`},
	{"E012", "apostrophe ou guillemet dans un texte entre guillemets", "apostrophe or quote in a quoted text",
		"Elle finit le texte trop tôt ; employez l'autre sorte de guillemets.", "It ends the text too early; use the other kind of quotes."},
	{"E013", "tabulation au début d'une ligne", "tab at the start of a line",
		"YAML n'admet que des espaces à cet endroit.", "YAML takes only spaces there."},
	{"E014", "« # » ou « * » sans guillemets", `"#" or "*" without quotes`,
		"YAML prend « # » pour un commentaire et « * » pour un renvoi : la touche disparaît.", `YAML takes "#" for a comment and "*" for a reference: the key vanishes.`},
	{"E015", "valeur vide", "empty value",
		"Rien ne suit le mot ; une valeur sur les lignes suivantes commence plus à droite.", "Nothing follows the word; a value on the lines below starts further to the right."},
	{"E016", "crochet ou accolade de trop, ou jamais fermé", "bracket or brace too many, or never closed",
		"Chaque [ a son ], chaque { a son }.", "Each [ has its ], each { has its }."},
	{"E017", "guillemet jamais fermé", "quote never closed",
		"Tout ce qui suit serait pris pour du texte.", "All that follows would be taken for text."},
	{"E018", "un texte commence par un signe de YAML", "a text starts with a sign of YAML",
		"Mettez le texte entre guillemets.", "Put the text in quotes."},
	{"E019", "renvois et types de YAML", "references and types of YAML",
		"« & », « * » et « ! » ne sont pas admis : chaque ligne dit elle-même ce qu'elle fait.", `"&", "*" and "!" are not allowed: each line says itself what it does.`},
	{"E020", "ligne mal alignée", "line not aligned",
		"Les espaces du début disent à quoi la ligne appartient.", "The leading spaces say what a line belongs to."},
	{"E021", "il manque « : » et un espace", `":" and a space are missing`,
		"Une ligne est « mot: valeur ».", `A line is "word: value".`},
	{"E022", "une virgule de trop", "one comma too many",
		"Il manque quelque chose devant elle, ou elle est de trop.", "Something is missing in front of it, or it is one too many."},
	{"E023", "liste sur la ligne de son mot", "list on the line of its word",
		"Écrivez [un, deux], ou chaque « - » sur une ligne à lui.", `Write [one, two], or each "-" on a line of its own.`},
	{"E024", "commentaire d'un autre langage", "comment of another language",
		"En YAML, un commentaire commence par #.", "In YAML a comment begins with #."},
	{"E025", "conflit de git non résolu", "unresolved git conflict",
		"Gardez une des deux versions, et enlevez les marques.", "Keep one of the two versions, and remove the marks."},
	{"E026", "HTML d'une page copiée", "HTML of a copied page",
		"Enlevez ce qui n'est pas du texte.", "Remove what is no text."},
	{"E027", "signe qui ressemble à un autre", "sign that looks like another",
		"Une lettre ou un chiffre d'une autre écriture : retapez-le au clavier.", "A letter or digit of another script: type it anew on the keyboard."},
	{"E028", "guillemets de traitement de texte", "quotes of a word processor",
		"Ils feraient partie du texte ; écrivez les guillemets droits.", "They would be part of the text; write straight quotes."},
	{"W029", "d'autres problèmes ne sont pas montrés", "more problems are not shown",
		"On en montre 500 ; corrigez-les, et relancez le contrôle.", "500 of them are shown; mend these, and check again."},
	{"W030", "dernière ligne sans fin", "last line without its end",
		"Le fichier a peut-être été coupé ; s'il est entier, tapez Entrée à la fin.", "The file may have been cut off; if it is whole, press Enter at the end."},
}

// wordCodes are about words, names and numbers.
var wordCodes = [][5]string{
	{"E101", "mot inconnu", "unknown word",
		"Un mot mal écrit serait ignoré ; hotline propose le mot juste.", "A misspelt word would be ignored; hotline proposes the right one."},
	{"E102", "écrit deux fois", "written twice",
		"Un seul des deux compterait.", "Only one of the two would count."},
	{"E103", "mot d'une version à venir", "word of a coming version",
		"Le mot est juste, mais cette version ne sait pas encore le faire.", "The word is right, but this version cannot do it yet."},
	{"E104", "autre forme attendue", "another form expected",
		"Il faut un texte, une liste ou des mots avec leurs valeurs, à cet endroit.", "A text, a list, or words with their values are needed there."},
	{"E105", "il manque un mot", "a word is missing",
		"Sans lui, rien ne dit ce qui arrive aux appels.", "Without it nothing says what happens to calls."},
	{"E106", "nom impossible", "impossible name",
		"Un nom a des lettres, des chiffres, « _ » et « - », et n'est pas un mot de hotline.", `A name has letters, digits, "_" and "-", and is no word of hotline.`},
	{"E107", "valeur qui n'est pas dans la liste", "value that is not in the list",
		"Seules les valeurs citées sont connues.", "Only the values named are known."},
	{"E108", "mot d'un autre commutateur", "word of another kind of switch",
		"hotline.yaml : ce mot ne va pas avec kind.", "hotline.yaml: the word does not go with kind."},
	{"E109", "commande de parole impossible", "impossible command for speech",
		"hotline.yaml : il faut un programme et {file}.", "hotline.yaml: a program and {file} are needed."},
	{"E110", "commutateur deux fois", "switch twice",
		"hotline.yaml : deux entrées se prendraient les appels.", "hotline.yaml: two entries would take calls from each other."},
	{"E120", "adresse électronique impossible", "impossible e-mail address",
		"Les messages n'arriveraient à personne.", "Messages would reach nobody."},
	{"E121", "mot-clé de SMS impossible", "impossible word of a text message",
		"Un mot-clé est un seul mot ; STOP est toujours compris.", "It is one word; STOP is always understood."},
	{"E122", "SMS sans suite", "texts that lead nowhere",
		"Un numéro reçoit des SMS, et rien ne dit ce qu'ils deviennent.", "A number takes texts, and nothing says what becomes of them."},
	{"E130", "branche incomplète, ou après else", "way of a branch that is not complete, or comes after else",
		"Une branche est {if: ..., then: ...} ; la dernière peut être {else: ...}.", "A way is {if: ..., then: ...}; the last may be {else: ...}."},
	{"E131", "valeur que rien ne met", "value that nothing puts",
		"Elle vient de collect ou de set ; ici, elle serait toujours vide.", "It comes from collect or set; here it would always be empty."},
	{"E132", "nom de valeur déjà pris", "name of a value that is taken",
		"Chaque appel a des valeurs à lui, que rien ne remplace.", "Every call has values of its own, which nothing replaces."},
	{"E133", "accolade seule dans un texte", "brace alone in a text",
		"Une valeur s'écrit entre deux accolades : {dossier}.", "A value is written between two braces: {dossier}."},
	{"E134", "nombre de chiffres impossible", "impossible number of digits",
		"Un nombre, ou de tant à tant : 6, 4-8.", "A number, or from so many to so many: 6, 4-8."},
	{"E135", "certains sont raccrochés sans un mot", "some are hung up on without a word",
		"Une branche sans else mène à la fin du service ; dites ce qu'entendent les autres.", "A branch without else leads to the end of the service; say what the others hear."},
	{"W103", "pas encore fait dans cette version", "not yet done in this version",
		"C'est lu et contrôlé ; la liste dit ce qui arrive en attendant.", "It is read and checked; the list says what happens until then."},
	{"W122", "SMS que personne n'envoie", "texts that nobody sends",
		"Aucun numéro n'en reçoit pour ce service.", "No number takes any for this service."},
	{"W130", "branche jamais prise", "way that is never taken",
		"Son if ne peut pas être vrai, ou une branche d'avant gagne toujours.", "Its if cannot hold, or a way before it always wins."},
	{"W123", "renfort déjà dans la file", "helper already in the queue",
		"Les helpers ne font que s'y ajouter.", "Helpers only come in addition."},
	{"E201", "numéro impossible", "impossible number",
		"Un numéro français a 10 chiffres ; un autre commence par + et l'indicatif.", "A French number has 10 digits; another starts with + and its country code."},
	{"E202", "numéro abîmé par un tableur", "number damaged by a spreadsheet",
		"Il a perdu son 0 ou ses derniers chiffres ; retapez-le avec des espaces.", "It has lost its 0 or its last digits; type it again with spaces."},
	{"E203", "numéro déjà pris", "number already taken",
		"Un numéro ne mène qu'à un seul endroit.", "A number leads to one place only."},
	{"E204", "ce n'est pas le téléphone d'une personne", "not a person's phone",
		"Un numéro spécial coûte, et arrive à un service.", "A special number costs money and reaches a service."},
	{"E205", "deux personnes, un téléphone", "two people, one phone",
		"Il sonnerait pour deux appels à la fois.", "It would ring for two calls at once."},
	{"E206", "caller_id qui n'est pas à vous", "caller_id that is not yours",
		"Qui rappelle le numéro affiché doit arriver chez vous.", "Whoever calls the number shown has to reach you."},
	{"E207", "numéro d'urgence", "emergency number",
		"Personne ne peut le louer.", "Nobody can rent it."},
	{"E210", "que des téléphones hors du bureau", "only phones outside the office",
		"Cette version n'appelle que des postes : personne ne prendrait ces appels.", "This version rings extensions only: nobody would take these calls."},
	{"W211", "poste qui appellerait les secours", "extension that would call for help",
		"Ces chiffres sont un numéro d'urgence ou d'assistance.", "These digits are an emergency or helpline number."},
}

// timeCodes are about lengths of time, dates and opening hours.
var timeCodes = [][5]string{
	{"E301", "durée impossible", "impossible length of time",
		"Un nombre et son unité : 30s, 3m, 1h30m, 90d.", "A number and its unit: 30s, 3m, 1h30m, 90d."},
	{"E302", "prix impossible", "impossible price",
		"Écrivez par exemple 0.80 EUR/min ou 2.99 EUR/call.", "Write for example 0.80 EUR/min or 2.99 EUR/call."},
	{"E303", "hors limites", "out of range",
		"Le message dit de combien à combien.", "The message says from what to what."},
	{"E305", "prix dans le désordre", "prices out of order",
		"Chaque prix vaut jusqu'à la date du suivant.", "Each price holds until the date of the next."},
	{"E306", "date impossible", "impossible date",
		"Écrivez l'année, le mois et le jour : 2026-12-01.", "Write the year, the month and the day: 2026-12-01."},
	{"E307", "plage horaire ou budget impossible", "impossible span of hours or budget",
		"Une plage est 09:00-12:30, sans en recouvrir une autre ; un budget, 15 EUR/day.", "A span is 09:00-12:30 and overlaps no other; a budget is 15 EUR/day."},
	{"E310", "fermeture à l'envers", "closure reversed",
		"Elle finit avant de commencer ; from est le premier jour, to le dernier.", "It ends before it begins; from is the first day, to the last."},
	{"E311", "experts_first dépasse skilled_only", "experts_first beyond skilled_only",
		"Les deux comptent depuis l'arrivée du client.", "Both count from the arrival of the caller."},
	{"E312", "montant impossible", "impossible amount",
		"Écrivez par exemple 20 EUR.", "Write for example 20 EUR."},
	{"E313", "ce n'est pas un jour et une heure", "not a day and a time",
		"Écrivez par exemple 2026-11-24 10:00.", "Write for example 2026-11-24 10:00."},
	{"E314", "heure qui n'existe pas", "time that does not exist",
		"Cette nuit-là, l'heure d'été commence ; écrivez une autre heure.", "Summer time begins in that night; write another time."},
	{"W314", "heure qui vient deux fois", "time that comes twice",
		"Cette nuit-là, l'heure d'été finit ; la première des deux compte.", "Summer time ends in that night; the first of the two counts."},
	{"W350", "plages qui se touchent", "spans that touch",
		"C'est une seule plage, ou l'heure de la pause est fausse.", "That is one span, or the time of the break is wrong."},
	{"W351", "fermeture passée", "closure that is past",
		"Elle ne ferme plus rien ; écrivez les dates de la prochaine.", "It closes nothing any more; write the dates of the next."},
	{"W352", "jour spécial passé", "special day that is past",
		"Il ne change plus rien ; l'année est peut-être fausse.", "It changes nothing any more; the year may be wrong."},
	{"W353", "jour spécial déjà fermé", "special day closed already",
		"L'horaire ferme ce jour sans cela.", "The hours close that day without it."},
	{"W355", "plage qui finit au changement d'heure", "span that ends when the clock changes",
		"Entre 2 h et 3 h, deux dimanches par an ne sont pas comme les autres.", "Between 2:00 and 3:00 two Sundays a year are not like the others."},
	{"W356", "fermé pour deux semaines", "closed for two weeks",
		"Aucun client n'est servi d'ici là ; vérifiez les dates des fermetures.", "No caller is served until then; check the dates of the closures."},
	{"W357", "jours fériés non dits", "public holidays not said",
		"Sans closed_on: [holidays_fr], le 25 décembre est un jour ouvré.", "Without closed_on: [holidays_fr] 25 December is a working day."},
	{"W358", "fermeture de plus d'un an", "closure longer than a year",
		"L'année est sans doute fausse.", "The year is wrong, most likely."},
}
