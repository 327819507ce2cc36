"""Sentences for judging speech: written for it, and in no training."""

from __future__ import annotations

ENGLISH = """\
The old clock on the wall has stopped again.
She opened the window and let the cold air in.
A small brown dog followed us to the station.
We walked along the river until it was dark.
Nobody knew where the last train had gone.
The teacher drew a circle on the blackboard.
His coat was hanging behind the kitchen door.
Please bring me a glass of water and some bread.
The children built a tower out of wooden blocks.
Heavy rain fell on the roof all night long.
My brother repairs bicycles in a narrow street.
The museum closes early on the first of every month.
She wrote a long letter and never sent it.
Fresh snow covered the fields around the village.
The captain turned the wheel towards the harbour.
I would rather read a book than watch the match.
They painted the fence green last summer.
A bright light appeared above the distant hills.
The soup needs a little more salt and pepper.
He folded the map and put it in his pocket.
The bridge was built of grey stone and iron.
Our neighbours grow tomatoes on their balcony.
The wind carried the smell of the sea.
She speaks slowly so that everyone can follow.
The meeting was moved to the following week.
Two birds were sitting on the telephone wire.
The baker gets up long before the sun.
I lost my keys somewhere in the garden.
The film ends with a song about the desert.
Every window in the house was open.
He plays the piano when he thinks nobody listens.
The doctor told her to rest for several days.
A thin line of smoke rose from the chimney.
We need a longer ladder to reach the roof.
The lake is frozen from December until March.
She keeps her pencils in an old tin box.
The bus was full of people going home.
Good friends do not have to talk all the time.
The boy threw a stone into the deep well.
They found a wooden chest under the stairs.
The orchestra was waiting for the conductor.
Take the second road on the left after the church.
Her voice was calm, but her hands were shaking.
The farmer sold his horse at the market.
An empty boat was drifting near the shore.
We heard thunder far away in the mountains.
The library has a room for quiet work.
He forgot to switch off the light in the cellar.
The king wore a heavy crown of gold.
Our plane landed just before midnight.
The cat sleeps on the warmest chair in the room.
She learned to swim when she was very young.
The factory makes glass for large windows.
Someone has taken the newspaper from the table.
The path through the forest is steep and stony.
They danced until the musicians were tired.
A good map is worth more than a fast car.
The printer has run out of paper again.
He cut the apple into four equal pieces.
The judge listened to both sides of the story.
Grey clouds were hanging over the valley.
The actress learned her part in a single night.
Put the flowers in the blue vase by the door.
The engine made a strange noise and then stopped.
We watched the boats from the top of the cliff.
The shop on the corner sells cheese and honey.
His grandfather used to work on the railway.
The theatre was empty except for one old man.
She carried the heavy basket up the hill.
The moon was bright enough to read by.
Many people visit the island in the spring.
He answered every question without a mistake.
The door at the end of the corridor was locked.
The painter mixed yellow and blue on his plate.
I can hear music coming from the house next door.
The soldiers crossed the border before dawn.
A fox ran across the road in front of us.
The recipe calls for butter, sugar and three eggs.
They waited for an hour in the pouring rain.
The tailor measured his arms and his shoulders.
Her garden is full of roses and lavender.
The river changes its colour after a storm.
The pilot spoke to the passengers in a friendly voice.
We spent the whole afternoon looking for shells.
The wooden floor creaks when you walk on it.
He has never seen the ocean in his life.
The candle burned down to the very end.
The engineers tested the bridge with heavy trucks.
A stranger asked me the way to the castle.
The bird built its nest under the roof.
She laughed so hard that she dropped her cup.
The market is held in the square on Saturdays.
The story begins on a quiet street in winter.
His shoes were covered with mud and leaves.
The nurse closed the curtains and left the room.
They planted a tree in memory of their father.
The train passes through a tunnel before the city.
Do not touch the paint, because it is still wet.
The camera moves slowly towards the open door.
At the end of the day the workers went home.
""".splitlines()

FRENCH = """\
La vieille horloge du salon s'est encore arrêtée.
Elle ouvrit la fenêtre et respira l'air frais.
Un petit chien brun nous a suivis jusqu'à la gare.
Nous avons marché le long de la rivière.
Personne ne savait où était passé le dernier train.
Le professeur dessine un cercle au tableau.
Son manteau est accroché derrière la porte.
Apportez-moi un verre d'eau et du pain.
Les enfants construisent une tour en bois.
La pluie est tombée toute la nuit sur le toit.
Mon frère répare des vélos dans une ruelle.
Le musée ferme plus tôt le premier lundi du mois.
Elle a écrit une longue lettre sans l'envoyer.
La neige couvrait les champs autour du village.
Le capitaine tourna la barre vers le port.
Je préfère lire un livre que regarder la télévision.
Ils ont repeint la barrière l'été dernier.
Une lumière vive apparut au-dessus des collines.
La soupe manque un peu de sel et de poivre.
Il plia la carte et la rangea dans sa poche.
Le pont est construit en pierre grise.
Nos voisins cultivent des tomates sur leur balcon.
Le vent apportait l'odeur de la mer.
Elle parle lentement pour que tout le monde comprenne.
La réunion est reportée à la semaine prochaine.
Deux oiseaux étaient posés sur le fil.
Le boulanger se lève bien avant le soleil.
J'ai perdu mes clés quelque part dans le jardin.
Le film se termine par une chanson.
Toutes les fenêtres de la maison étaient ouvertes.
Il joue du piano quand personne ne l'écoute.
Le médecin lui a conseillé de se reposer.
Une fine fumée montait de la cheminée.
Il nous faut une échelle plus haute.
Le lac est gelé de décembre à mars.
Elle garde ses crayons dans une vieille boîte.
L'autobus était plein de gens qui rentraient chez eux.
Le garçon lança une pierre dans le puits.
Ils ont trouvé un coffre sous l'escalier.
L'orchestre attendait le chef.
Prenez la deuxième rue à gauche après l'église.
Sa voix était calme, mais ses mains tremblaient.
Le fermier a vendu son cheval au marché.
Une barque vide dérivait près du rivage.
On entendait l'orage au loin dans les montagnes.
Il a oublié d'éteindre la lumière de la cave.
Le roi portait une lourde couronne en or.
Notre avion a atterri juste avant minuit.
Le chat dort sur le fauteuil le plus confortable.
À la fin de la journée, les ouvriers rentrèrent chez eux.
Le facteur passe toujours avant neuf heures.
Nous avons planté trois pommiers au fond du jardin.
Elle cherche ses lunettes depuis ce matin.
Le vent a fait tomber une branche sur la voiture.
Mon oncle travaille dans une banque à Genève.
Les étudiants attendent les résultats de l'examen.
Il a posé son sac sur la chaise près de la fenêtre.
La couleur de ce tissu ne me plaît pas du tout.
Un bateau blanc entre lentement dans la baie.
Tu peux garder ce livre jusqu'à la fin du mois.
La lumière du phare éclaire les rochers.
Ils ont choisi une table au fond du restaurant.
Le vieux pêcheur répare ses filets sur la plage.
Cette chanson me rappelle mon enfance.
Je vous attendrai devant l'entrée du musée.
La petite fille partage son gâteau avec son frère.
Il fait trop chaud pour dormir cette nuit.
Les ouvriers ont fini de peindre la façade.
Elle porte une robe bleue et un chapeau de paille.
Le chemin monte doucement vers la forêt.
Nous avons oublié d'acheter du café.
Le chien aboie dès que quelqu'un frappe à la porte.
Il raconte la même histoire chaque année.
La mer est calme et le ciel sans nuages.
Votre train partira du quai numéro sept.
Mes parents habitent une maison au bord du lac.
Elle a appris à nager quand elle avait six ans.
Le marché se tient sur la place tous les samedis.
Une odeur de pain frais remplissait la cuisine.
Le juge demanda le silence dans la salle.
Ne laissez pas les enfants jouer près de la route.
Le jardinier coupe l'herbe une fois par semaine.
Il manque encore deux chaises autour de la table.
La rivière a débordé après les pluies d'automne.
Son cousin joue de la guitare dans un petit groupe.
Il a trouvé une pièce d'argent dans le sable.
Le gardien ferme les grilles du parc à la tombée de la nuit.
Cette route traverse un long tunnel sous la montagne.
On distingue à peine le clocher dans la brume.
La pharmacie se trouve en face de la mairie.
Il a couru si vite qu'il n'arrivait plus à parler.
La neige fond dès les premiers jours de mars.
Le peintre mélange le jaune et le bleu.
Un vieil homme nourrit les pigeons sur la place.
Les invités arrivèrent en retard à cause du brouillard.
Elle ferma les yeux et écouta le bruit des vagues.
Ce pont relie les deux rives du fleuve.
La boulangère rend la monnaie en souriant.
Il a rangé les outils dans la remise.
Demain, nous partirons avant le lever du soleil.
""".splitlines()
