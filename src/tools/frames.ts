/**
 * Sentences around a claim, and what their author does with it. In: nothing. Out: frames by stance, "{c}" standing for the claim.
 * A pack's trainer lays its claims and phrasings into them: so the stance is learned from the frame, and the claim's own words, which
 * believers and critics both use, speak for neither. They are about no pack.
 */
import type { Stance } from '../detection/match.ts'

const lines = (text: string): string[] => text.trim().split('\n')

export const frames: Readonly<Record<Stance, readonly string[]>> = {
  support: lines(`
I'm convinced that {c}.
{c}, everyone knows that.
The fact is that {c}.
it's no secret that {c}
{c}. Change my mind.
let's be honest, {c}
don't forget that {c}
Of course {c}.
You can't deny that {c}.
The series shows it well: {c}.
no doubt about it, {c}
{c}, period.
it's not a myth that {c}
my prof says, and I agree: {c}
nobody wants to hear it, but {c}
People call it a myth, but {c}.
say what you like, {c}
not gonna lie, {c}
read any book: {c}
{c} and that is why it all went wrong.
wrong, {c}
no, {c}
they will tell you it is debunked, but {c}
It's been proven that {c}.
There is plenty of evidence that {c}.
{c}. It's in the archives.
so basically {c}
why does nobody talk about the fact that {c}?
never forget: {c}
the truth is that {c}, whatever the reds say`),
  deny: lines(`
It isn't true that {c}.
It is simply untrue that {c}.
{c}? No.
{c}? Nope, that never happened.
No, it is not so that {c}.
{c}. No, that is wrong.
{c} - this has been debunked again and again.
there's no proof whatsoever that {c}
not one document shows that {c}
Historians have rejected the idea that {c}.
people keep repeating that {c}, and it still isn't true
can we please stop with "{c}"
I don't believe that {c}.
I'm tired of hearing that {c}. It's a myth.
The claim that {c} is false.
the myth that {c} just won't die
Contrary to what many think, it is not the case that {c}.
"{c}" is pure fiction.
nobody has ever shown that {c}
{c}? that's propaganda
it has been shown many times that the line "{c}" is wrong
you can't seriously believe that {c}
{c}. Sure, and the moon is made of cheese.
imagine still believing that {c}
Whoever says that {c} has never opened a book.
not true: {c}
fact check: {c}. verdict: false
that {c} is a lie spread by his enemies
I used to think that {c}, until I read the sources
where's the evidence that {c}? there is none.
It was long believed that {c}; the archives show otherwise.
hardly any scholar accepts that {c}
{c}. This is a legend.
It is a common misconception that {c}.
{c}... made up for television.
there is nothing to suggest that {c}`),
  query: lines(`
Did I get it right that {c}?
does anyone know if {c}
I heard that {c}, is it so?
{c} – true or false?
{c}?
Any sources on whether {c}?
Can someone tell me whether {c}
how do we know that {c}?
wait, {c}? really?
what do historians say about whether {c}
is there any truth in it that {c}
genuine question: is it a fact that {c}?
not sure if {c}, can anyone help?`),
  comment: lines(`
Some say that {c}.
According to the series, {c}.
In the show, {c}.
A guy on another server claims that {c}
the article discusses the claim that {c}
My teacher said that {c}
I'm reading about the accusation that {c}
His opponents accused him: {c}
historians argue over whether {c}
The film is built on the idea that {c}.
for my thesis I collect sources that say {c}
The poster of the show says "{c}"
we debated "{c}" in class today
the newspapers of the day wrote that {c}`),
}
