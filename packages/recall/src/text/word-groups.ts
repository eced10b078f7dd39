/**
 * Lists everyday English words that may replace each other, and kinds with their members: a question asks for a pet
 * where the answer says dog. Written for talk about life and work in general; whole words, which are stemmed when they
 * are read.
 */

/** Words of one line may replace each other. */
export const alike = `
kid child son daughter boy girl toddler baby
mother parent
father parent
husband spouse partner wife
boyfriend girlfriend partner
brother sibling sister
family relative fam
grandmother grandparent grandfather
friend buddy pal bestie
marry wedding married marriage engaged spouse
divorce breakup separated split
pregnant expecting baby birth
job work career profession occupation position employment
boss manager supervisor
colleague coworker teammate
company business firm startup employer
quit resign leave
hire recruit employ
salary pay income wage
fired layoff laid
meeting call appointment
project task assignment
deadline due
buy purchase shop order acquire
sell sale
cost price expensive cheap
money fund finance budget savings
donate donation charity fundraiser give
home house apartment flat place residence
move relocate relocation
rent lease
live reside stay
room bedroom kitchen office
neighbour neighborhood area
hometown grow
country nation homeland
city town
travel trip journey vacation holiday visit tour getaway
camp camping campfire tent
hike hiking trail trek walk
beach ocean sea coast shore
mountain hill peak
forest woods tree
fly flight plane airport
car vehicle drive automobile
road trip
bus train transport
eat food meal dish cuisine dinner lunch breakfast
cook bake recipe cooking
restaurant cafe diner eatery
drink beverage coffee tea wine beer
dessert cake cookie cupcake pastry sweet
vegetarian vegan diet
allergy allergic
pet animal dog cat puppy kitten
dog puppy pup
cat kitten kitty
adopt adoption rescue
movie film cinema
show series tv
book novel read reading
author writer
write writing writer
song music tune track
band group musician
concert gig festival show
sing singer singing
dance dancing dancer
paint painting painter art
draw drawing sketch
art artwork artist artistic
craft pottery clay ceramic
photo camera photography
game gaming gamer play
sport exercise workout fitness gym train
run running race marathon jog
swim swimming pool
team club squad
win won victory champion trophy
compete competition contest tournament championship tourney
lose lost defeat
hobby interest pastime activity passion
study learn course class lesson
school college university campus
teach teacher professor instructor
student pupil classmate
exam test quiz
degree graduate graduation diploma
doctor physician nurse
hospital clinic
ill sick disease illness
pain hurt ache injury injured
therapy therapist counseling counselor
medicine medication pill
health healthy wellness
weight diet
sleep rest nap
stress stressed anxiety anxious worry worried overwhelmed destress
relax calm unwind peaceful chill soothe
happy joy glad excited thrilled delighted happiness
sad upset unhappy depressed
angry mad furious annoyed
afraid scared fear frightened
tired exhausted fatigue
proud pride
love adore enjoy
hate dislike
hope wish dream aspire
plan intend planning schedule
goal aim ambition target dream
decide decision choose choice pick
start begin launch open found
finish complete end done
stop quit cease
help assist support aid
volunteer volunteering charity
community local neighborhood
problem issue trouble challenge difficulty obstacle struggle
fix repair mend
break broken damage
accident crash collision
gift present
party celebration celebrate
birthday anniversary
event occasion
invite invitation
meet met encounter
talk chat speak conversation discuss
tell share mention
think believe opinion
remember recall reminder memory remind
forget forgot
know familiar
realize discover learn find
inspire inspiration motivate motivation encourage
advice suggest suggestion recommend recommendation tip
teach mentor coach
lead leader leadership
change transform transition
improve better progress grow growth
important significant meaningful matter
symbolize represent mean stand
difficult hard tough challenging
easy simple
beautiful pretty gorgeous lovely stunning
big large huge
small little tiny
old ancient vintage elderly
new recent latest
fast quick
computer laptop pc
phone mobile cell
website site page online web
app software application program
password passcode pin code
email mail message
internet wifi network
clothes clothing outfit dress shirt fashion
shoe sneaker boots
jewelry necklace ring bracelet
garden gardening plant flower
weather rain snow storm
church faith religious religion god
military army soldier veteran
politics political election campaign
government council
police officer
award prize medal
picture image
sign poster
store shop boutique
customer client
advertise promote promotion marketing campaign
destress relax unwind
fan admirer
childhood kid young younger
adult grown
bring brought
receive got given
collect collection
attend join participate went
create make build made
watch see view
bug defect error failure fault
release ship deploy deployment launch
server host machine
database storage
test check verify
invoice bill receipt payment
contract agreement deal
report document summary
feature function capability
login credential account
backup copy archive
warning alert alarm
delete remove erase
update upgrade
permission access right
owner responsible maintainer
outage downtime incident
supplier vendor provider
office headquarters
address location street
key token secret
speed latency performance
limit cap maximum quota
lawyer attorney solicitor
flat apartment condo
luggage suitcase baggage
wallet purse
glasses spectacles
sofa couch
film movie
autumn fall
football soccer
sweater jumper pullover
rubbish trash garbage waste
thief burglar robber steal
fire flame blaze
boat ship sail sailing
bank loan mortgage credit debt
insurance policy coverage
funeral died death dead passed
grief mourn loss
newspaper magazine article press
lecture talk presentation speech
letter note card mail
kitchen oven stove
bake bread
tooth dentist dental
eye vision sight
heart cardiac
knee leg foot ankle
arm hand wrist shoulder
dream nightmare sleep
lucky luck fortune
quiet silent calm
noise loud
clean tidy wash
dirty messy
strong strength power
weak weakness
smart clever intelligent
funny humor joke laugh comedy
brave courage bold
kind generous caring compassionate
lonely alone isolated
rich wealthy
poor poverty
busy swamped hectic
bored boring dull
surprise surprised unexpected shocked
`;

/** Each line is a kind, and what may be told when it is asked for. */
export const members = `
instrument: guitar piano violin drum cello flute clarinet saxophone trumpet ukulele bass keyboard
pet: dog cat puppy kitten turtle hamster fish bird parrot rabbit guinea snake lizard horse
animal: dog cat horse cow pig bird fish bear wolf turtle rabbit elephant lion
hobby: read paint hike cook garden dance write swim game run photography knit fish music craft bake camp yoga
activity: hike swim camp paint run dance read cook yoga bike ski climb surf pottery museum park
sport: basketball football soccer tennis baseball hockey golf swim run volleyball cricket rugby surf ski boxing skate
exercise: yoga run gym weight boxing pilates swim bike cardio jog
game: chess poker nintendo xbox playstation console rpg board card
art: paint sculpture draw pottery abstract portrait watercolor mural
music: jazz rock pop classical hip-hop country folk song album
genre: fantasy mystery romance thriller horror comedy drama action fiction rock jazz
food: pizza pasta rice salad soup chicken fish bread cheese burger sushi steak fruit vegetable chocolate
dessert: cake cookie pie icecream cream chocolate brownie cupcake
drink: coffee tea wine beer juice water soda cocktail
fruit: apple banana orange strawberry grape mango peach berry
vegetable: carrot potato tomato onion pepper broccoli spinach
color: red blue green yellow purple pink black white orange brown grey gray
vehicle: car truck bike motorcycle van bus suv scooter tractor
job: teacher engineer nurse doctor lawyer banker manager designer developer chef driver waiter counselor clerk
career: teacher engineer nurse doctor lawyer counselor psychology business
family: mother father brother sister son daughter wife husband aunt uncle cousin grandmother grandfather niece nephew
relative: mother father brother sister aunt uncle cousin grandmother grandfather niece nephew
season: spring summer autumn fall winter
country: america usa canada mexico cuba brazil argentina chile peru colombia england uk britain scotland wales ireland france germany spain portugal italy switzerland austria belgium netherlands denmark norway sweden finland iceland poland ukraine russia greece turkey egypt morocco kenya nigeria ghana israel iran india pakistan nepal china japan korea thailand vietnam indonesia philippines singapore malaysia australia
city: london paris rome milan venice berlin munich vienna prague madrid barcelona lisbon amsterdam brussels dublin edinburgh copenhagen stockholm oslo helsinki warsaw moscow athens istanbul cairo nairobi dubai delhi mumbai bangkok tokyo kyoto seoul beijing shanghai sydney melbourne toronto vancouver montreal boston chicago seattle houston dallas denver miami atlanta philadelphia detroit phoenix portland angeles francisco diego york
state: alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia washington wisconsin wyoming
weather: rain snow sun wind storm cloud cold hot
subject: math history english science biology chemistry physics psychology
language: english spanish french german italian japanese chinese korean portuguese
religion: christian church faith god bible buddhist muslim jewish
relationship: single married divorced dating boyfriend girlfriend breakup engaged
disease: cancer diabetes asthma flu covid
symptom: headache fever cough pain
clothes: shirt dress jacket shoe hoodie jeans hat sweater coat
furniture: table chair sofa couch bed desk shelf
jewelry: necklace ring bracelet earring
device: phone laptop tablet computer camera
book: novel series author chapter
movie: comedy thriller drama trilogy
emotion: happy sad angry proud anxious excited grateful nervous scared thankful
feel: happy sad angry proud anxious excited grateful nervous scared thankful relieved
event: concert festival parade conference workshop fundraiser party wedding show exhibition race fair meeting
place: park beach cafe museum lake mountain shop
charity: shelter donation volunteer fundraiser
nature: forest mountain lake river ocean sunset hike waterfall tree
craft: pottery knit sew clay paint wood
education: school college degree university course class certification
outdoor: hike camp beach mountain trail park
degree: psychology engineering business law medicine arts science
plant: flower rose tree herb succulent basil
`;
