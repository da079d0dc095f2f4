package config

import "slices"

// frenchWords are the words of the rules, each line with the French ones that people write for them: folded and in the
// singular. The English words of a line are tried in their order: the place where a word stands knows only some of them.
func frenchWords() []string {
	return slices.Concat(frenchSections(), frenchNumbers(), frenchHours(), frenchServices(), frenchSteps(), frenchMenus(), frenchQueues(), frenchMessages(), frenchTests(), frenchValues())
}

func frenchSections() []string {
	return []string{
		"version: version ",
		"company: societe entreprise raison_sociale compagnie enseigne ",
		"languages language: langue langage ",
		"caller_id: numero_affiche affichage appelant numero_presente identifiant_appelant numero_appelant ",
		"keep: conserver conservation garder duree_conservation retention ",
		"numbers number: numero ligne numero_telephone ligne_telephonique sda ",
		"hours: horaire heure horaire_ouverture heure_ouverture plage plage_horaire calendrier ",
		"closures closed: fermeture conge vacance fermeture_annuelle fermeture_exceptionnelle ",
		"services service: prestation ",
		"menus menu: svi serveur_vocal standard ",
		"agents: equipe conseiller personne operateur agent personnel collaborateur salarie teleconseiller technicien membre ",
		"pauses: pause ",
		"queues queue: file file_attente ",
		"callbacks offer_callback: rappel rappeler proposer_rappel offrir_rappel rappel_automatique ",
		"voicemails voicemail: messagerie repondeur boite_vocale message_vocal messagerie_vocale bal ",
		"texts text: sms texto ",
		"surveys survey: enquete sondage satisfaction questionnaire avi ",
		"floods: inondation rafale harcelement trop_appel ",
		"codes: code code_interne code_poste ",
		"tests tries: essai test tentative verification ",
		"prompts play: annonce message texte_parle son enregistrement annonce_vocale ",
	}
}

func frenchNumbers() []string {
	return []string{
		"price: pri tarif cout ",
		"we_pay: nou_payon on_paie cout_pour_nou pri_achat ",
		"we_earn: nou_gagnon reversement on_gagne recette ",
		"from_fixed: depui_fixe fixe ",
		"from_mobile: depui_mobile mobile portable ",
		"from_abroad: depui_etranger etranger international ",
		"arrives_as: arrive_comme arrive_sou livre_comme numero_livre numero_technique ",
		"contract: contrat ",
		"announcement: annonce annonce_pri annonce_tarifaire ",
		"max_length: duree_max duree_maximale duree duree_appel ",
		"budget: plafond plafond_jour ",
		"over_budget: budget_depasse hor_budget ",
		"free: gratuit ",
		"normal: pri_normal banalise ",
		"carrier: operateur_telecom fournisseur operateur ",
		"self: nou nou_meme hotline ",
	}
}

func frenchHours() []string {
	return []string{
		"closed_on: ferme fermeture sauf ferme_pendant ",
		"special: exception exceptionnel jour_speciau horaire_speciau ",
		"holidays_fr: ferie jour_ferie holiday ",
		"always: toujour permanent permanence tout_temp ",
		"from: du de depui debut partir ",
		"to: au a ver jusqu_au fin appele ",
	}
}

func frenchServices() []string {
	return []string{
		"purpose: but objet usage finalite motif ",
		"after_sales: sav apre_vente service_apre_vente depannage ",
		"pre_sales: avant_vente vente commercial ",
		"paid_advice: conseil conseil_payant ",
		"reception: accueil ",
		"open: ouvert ouverture ",
		"closed: ferme ",
		"answer: reponse decroche decrocher ",
		"on_agent: agent quand_agent sur_agent ",
		"early_limit: limite_avant_decroche ",
	}
}

func frenchSteps() []string {
	return []string{
		"play: jouer joue lire diffuser faire_entendre ",
		"say play: dire dit parler prononcer say ",
		"set: retenir mettre definir affecter ",
		"branch: branche branchement aiguillage selon condition ",
		"collect: saisir saisie demander_chiffre faire_taper recueillir ",
		"if: si quand ",
		"then: alor ",
		"group: groupe ",
		"known: connu contact ",
		"missed: manque a_rappeler ",
		"talked_within: parle_depui ",
		"value: valeur ",
		"into: dan ",
		"digits: chiffre nombre_chiffre ",
		"confirm: confirmer confirmation ",
		"invalid: mauvaise_touche erreur invalide ",
		"silent: silence rien ",
		"mobile: portable ",
		"fixed: fixe ",
		"abroad: etranger ",
		"withheld: masque cache inconnu prive ",
		"surcharged: surtaxe ",
		"hangup: raccrocher raccroche fin couper ",
		"transfer: transferer transfert renvoi renvoyer ",
		"language: parler_langue ",
	}
}

func frenchMenus() []string {
	return []string{
		"keys: touche chiffre choi ",
		"otherwise else: sinon autrement defaut par_defaut default autre ",
		"wait: attente attendre delai ",
		"tries: essai nombre_essai ",
	}
}

func frenchQueues() []string {
	return []string{
		"name: nom prenom libelle ",
		"phone: telephone tel poste extension numero_poste ",
		"skills skill: competence savoir_faire ",
		"outside: exterieur ",
		"answer_within: repondre reponse objectif delai_reponse repondre_sou ",
		"max_wait: attente_max attente_maximale attente_maximum max_attente ",
		"on_max_wait: apre_attente_max sur_attente_max si_attente_max ",
		"on_nobody: personne_connecte personne_dispo si_personne quand_personne sur_personne san_personne ",
		"wrap_up: apre_appel temp_apre_appel post_appel traitement_apre_appel saisie ",
		"ring: sonnerie sonner temp_sonnerie duree_sonnerie ",
		"strategy: strategie distribution repartition ",
		"longest_idle: plu_longtemp_libre ",
		"music: musique musique_attente ",
		"experts_first: expert_abord expert expert_premier ",
		"skilled_only: competent_seulement competent_seul ",
		"helpers: renfort aide entraide ",
		"after: apre ",
		"within: dan sou ",
		"same_agent: meme_agent meme_personne meme_conseiller ",
		"offer_callback_over: rappel_si_attente proposer_rappel_apre rappel_au_dela ",
		"no_limit: san_limite illimite ",
	}
}

func frenchMessages() []string {
	return []string{
		"slots: creneau ",
		"every: tou chaque toute ",
		"per_slot: par_creneau ",
		"attempts: tentative nombre_tentative ",
		"apart: ecart espacement intervalle ",
		"expires: expire expiration ",
		"allow: autoriser autorise permettre ",
		"per_number: par_numero ",
		"per_day: par_jour ",
		"spend_per_day: depense_par_jour budget_par_jour ",
		"email: courriel mail mel adresse_mail adresse_email ",
		"max: maxi maximum ",
		"reply_open: reponse_ouvert reponse_si_ouvert ",
		"reply_closed: reponse_ferme reponse_si_ferme ",
		"words: mot mot_cle ",
		"questions: question ",
		"low_score: mauvaise_note note_basse ",
		"at_most: au_plu ",
		"tell: prevenir avertir alerter ",
		"supervisor: superviseur responsable chef ",
		"recordings: enregistrement ",
		"calls call: appel ",
	}
}

func frenchTests() []string {
	return []string{
		"expect: attendu attendre resultat resultat_attendu ",
		"at: le date quand moment heure ",
		"press: taper tape appuyer appuie ",
		"says: dit entend ",
		"offered: propose offert ",
		"caller_pays: client_paie appelant_paie ",
		"normal_call: appel_normal pri_appel ",
		"nothing: rien ",
		"busy: occupe ",
		"none: aucun personne ",
		"ends: finit fin ",
	}
}

func frenchValues() []string {
	return []string{
		"file: fichier ",
		"true: vrai oui yes on ",
		"false: fau non no off ",
		"id: identifiant ",
		"fr: francai french ",
		"en: anglai english ",
		"de: allemand german ",
		"es: espagnol spanish ",
		"it: italien italian ",
		"nl: neerlandai dutch ",
		"pt: portugai portuguese ",
	}
}
