/** Lists English words that do not tell what a text is about. They are neither indexed nor searched for. */

const words = `a an the and or but if then else of to in on at by for with from as is are was were be been being am
do does did doing done has have had having i me my mine we us our ours you your yours he him his she her hers it its
they them their theirs this that these those there here what which who whom whose when where why how not no nor so
than too very can could will would shall should may might must just about into over after before again also any some
such only own same both each few more most other s t d ll m o re ve y don didn doesn isn wasn aren weren won couldn
wouldn shouldn hasn haven hadn ain im ive dont didnt myself yourself himself herself itself ourselves themselves
because while during until since through between under out up down off above below ever let lets oh hey hi hello yeah
yes yep wow really thanks thank gonna wanna gotta got get gets getting like`;

export const stopWords: ReadonlySet<string> = new Set(words.split(/\s+/));
