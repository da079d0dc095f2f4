package check

// transferCodes are about calls that are passed on, and surveys.
var transferCodes = [][5]string{
	{"E150", "transfert vers un numéro ni fixe ni mobile", "transfer to a number neither fixed nor mobile",
		"Ce qu'il coûte dépend de votre contrat ; permettez-le dans transfers.", "What it costs depends on your contract; allow it in transfers."},
	{"E151", "transfert par satellite ou surtaxé à l'étranger", "transfer by satellite, or surcharged abroad",
		"Une minute y coûte plusieurs euros.", "A minute costs several euros there."},
	{"E152", "numéros qui ne peuvent pas être permis", "numbers that cannot be allowed",
		"Surtaxé ou par satellite : hotline n'y transfère jamais d'appel.", "Surcharged or by satellite: hotline never passes a call on there."},
	{"E155", "transfert vers ce qui n'est pas un poste", "transfer to what is not an extension",
		"Ces chiffres sont ailleurs un numéro d'urgence.", "Elsewhere these digits are an emergency number."},
	{"E156", "questionnaire que le client paie", "survey that the caller pays for",
		"Un numéro surtaxé mène à un questionnaire.", "A surcharged number leads to a survey."},
	{"W156", "mauvaise note dont personne n'est averti", "low score of which nobody is told",
		"hotline.yaml ne dit pas à qui écrire (mail, supervisor) ; hotline survey montre les notes.", "hotline.yaml does not say whom to write to (mail, supervisor); hotline survey shows the scores."},
	{"W152", "beaucoup de pays permis", "many countries allowed",
		"Plus le début est court, plus une erreur coûte.", "The shorter the beginning, the more a mistake costs."},
	{"W154", "rien pour un transfert qui n'aboutit pas", "nothing for a transfer that fails",
		"Occupé ou sans réponse, l'appel serait perdu.", "Busy, or no answer: the call would be lost."},
}
