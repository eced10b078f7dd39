/** Lists irregular forms of English with their base forms. Adjective endings and the like are left to the stemmer. */

const forms = `
be: am is are was were been being
become: became
begin: began begun
bend: bent
bite: bit bitten
bleed: bled
blow: blew blown
break: broke broken
breed: bred
bring: brought
build: built
burn: burnt
buy: bought
catch: caught
child: children
choose: chose chosen
come: came
cook: cooks cooked
creep: crept
deal: dealt
die: died dying dies
dig: dug
draw: drew drawn
dream: dreamt
drink: drank drunk
drive: drove driven
eat: ate eaten
fall: fell fallen
feed: fed
feel: felt
fight: fought
find: found
flee: fled
fly: flew flown flies
foot: feet
forbid: forbade forbidden
forget: forgot forgotten
forgive: forgave forgiven
freeze: froze frozen
get: got gotten
give: gave given gonna
go: went gone goes
goose: geese
grow: grew grown
hang: hung
have: has had
hear: heard
hide: hid hidden
hold: held
keep: kept
kneel: knelt
knife: knives
know: knew known
lay: laid
lead: led
leaf: leaves
lean: leant
learn: learnt
leave: left
lend: lent
lie: lying lied lies
life: lives
light: lit
lose: lost
loss: losses
make: made
man: men
mean: meant
meet: met
mouse: mice
pay: paid
person: people persons
prove: proven
ride: rode ridden
ring: rang rung
rise: rose risen
run: ran
say: said says
see: saw seen
seek: sought
sell: sold
send: sent
sew: sewn
shake: shook shaken
shelf: shelves
shine: shone
shoot: shot
show: shown
shrink: shrank shrunk
sing: sang sung
sink: sank sunk
sit: sat
sleep: slept
slide: slid
speak: spoke spoken speech
spell: spelt
spend: spent
spill: spilt
stand: stood
steal: stole stolen
stick: stuck
sting: stung
strike: struck
swear: swore sworn
sweep: swept
swim: swam swum
swing: swung
take: took taken
teach: taught
tear: tore torn
tell: told
think: thought thoughts
throw: threw thrown
tie: tied tying ties
tooth: teeth
understand: understood
wake: woke woken
wear: wore worn
weave: wove woven
wife: wives
win: won
wind: wound
wolf: wolves
woman: women
write: wrote written
good: better best
bad: worse worst
favorite: favourite fave fav faves favs favourites favorites
color: colour colours
photo: pic pics picture pictures photograph photographs photography photos
mother: mom mum mommy mama moms
father: dad daddy papa dads
grandmother: grandma granny grandmas
grandfather: grandpa grandad grandpas
refrigerator: fridge
telephone: phone phones
television: tv
bicycle: bike bikes
business: biz businesses
vacation: vacay
information: info
mathematics: math maths
university: uni
veterinarian: vet
advertisement: ad ads
december: dec
november: nov
october: oct
september: sept sep
august: aug
february: feb
january: jan
monday: mon mondays
tuesday: tue tues tuesdays
wednesday: wed weds wednesdays
thursday: thu thur thurs thursdays
friday: fri fridays
saturday: sat saturdays
sunday: sundays
okay: ok
two: 2
three: 3
four: 4
five: 5
six: 6
seven: 7
eight: 8
nine: 9
ten: 10
twelve: 12
`;

export const baseByIrregular: ReadonlyMap<string, string> = new Map(
  forms
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [base = "", list = ""] = line.split(": ");
      return list.split(" ").map((form) => [form, base] as const);
    }),
);
