import type { Ideas } from './idea.ts';

export const mathematics: Ideas = {
  reception: [
    {
      title: 'Count to ten at home',
      instructions: 'Count ten things at home. Draw them or tell us what they were.',
      strand: 'number',
      works: ['I cowntid {n} {food}.', '1 2 3 4 5 6 7 8 9 10 socs', 'We countid the stairs. There are {m}.', '10 spoons and 1 cup'],
    },
    {
      title: 'Shape hunt',
      instructions: 'Find circles, squares and triangles in your home.',
      strand: 'geometry',
      works: ['The clok is a sercl.', 'I fownd {n} squars. the windo is a squar', 'My toste is a triangl when {person} cuts it'],
    },
    {
      title: 'One more, one less',
      instructions: 'Use toys to show one more and one less.',
      strand: 'calculation',
      works: ['{n} cars and 1 mor', 'I had 5 and I et 1 so 4', '1 mor than 6 is 7'],
    },
    {
      title: 'Longer or shorter',
      instructions: 'Find something longer than your hand, and something shorter.',
      strand: 'measures',
      works: ['My bed is longr. My rubr is shortr.', '{person} is longr than me', 'the spoon is longr than my hand'],
    },
  ],
  infants: [
    {
      title: 'Number bonds to {n}',
      instructions: 'Write all the pairs you can find. Use buttons or pasta to check.',
      strand: 'calculation',
      works: [
        '0+10 1+9 2+8 3+7 4+6 5+5 and then they go backwards!',
        '10+0=10 9+1=10 8+2=10 I did them all with pasta',
        '6+4 and 4+6 is the same. I fownd 6 pairs.',
        '5+5=10 6+4=10 7+3=10 8+2=10',
      ],
    },
    {
      title: 'Counting in twos, fives and tens',
      instructions: 'Count aloud with somebody. Write how far you got.',
      strand: 'number',
      works: [
        '2 4 6 8 10 12 14 16 18 20 22 24',
        '5 10 15 20 25 30 35 40 45 50 I went all the way to 100',
        '10 20 30 40 50 60 70 80 90 100 110',
        'I cownted in 2s on the stairs with {person}',
      ],
    },
    {
      title: 'Telling the time',
      instructions: 'Look at a clock five times in one day. Draw or write what it says.',
      strand: 'measures',
      works: [
        'I get up at half past 7. School is at 9 oclock.',
        'Tea was at 5 oclock and bed was at half past 7.',
        'half past {n} was when we went to {place}',
      ],
    },
    {
      title: 'Halves and quarters',
      instructions: 'Fold paper or cut up food into halves and quarters.',
      strand: 'fractions',
      works: [
        'We cut the pizza in 4 quarters. 2 quarters is a half.',
        'half of 8 is 4. half of 10 is 5. half of 12 is 6',
        'I folded my paper 2 times and got 4 quarters but one was a bit big',
      ],
    },
    {
      title: 'Add it up, page {n}',
      instructions: 'Do the first row. Use a number line if it helps.',
      strand: 'calculation',
      works: [
        '12+5=17 14+3=17 11+8=19 13+6=19',
        '1) 15 2) 18 3) 16 4) 20 I used my fingers and the number line',
        '{m}+{n} was tricky so I used a number line',
      ],
    },
    {
      title: 'A pictogram of our food',
      instructions: 'Ask five people about their favourite food and draw a pictogram.',
      strand: 'statistics',
      works: ['{food} got 3. {food2} got 2. {person} said both but thats not aloud.', 'most people like {food}. 4 people did.'],
    },
  ],
  lower_juniors: [
    {
      title: 'Times tables: {n} times',
      instructions: 'Practise for ten minutes, then write the ones that are still tricky.',
      strand: 'calculation',
      works: [
        'I can do all of them except 7x8 and 6x9. 7x8=56. 6x9=54. I am learning them with {person}.',
        'Tricky ones: 8x7=56 12x8=96 9x6=54. I was tested in the car and got {n} right in a row.',
        '3x4=12 6x4=24 12x4=48 it doubles every time!',
        'I did it on the trampoline. One bounce for each number. I got up to {n} x 12.',
      ],
    },
    {
      title: 'Fractions, page {n}',
      instructions: 'Questions 1 to 6. Draw a bar for each one.',
      strand: 'fractions',
      works: [
        '1) 3/4 2) 1/2 3) 2/5 4) 5/8 5) 1/3 6) 2/3. I drew bars for all of them and shaded them in.',
        '1/4 of 20 = 5. 3/4 of 20 = 15. 1/5 of 30 = 6. 2/5 of 30 = 12',
        '1) 2/4 which is the same as 1/2 2) 3/6 also the same as 1/2 3) 4/8 same again. They are all equivalent.',
        'Numbers 1 to 5 were ok. Number 6 I wasnt sure, I put 3/8 because there are 8 parts and 3 are coloured.',
      ],
    },
    {
      title: 'Column addition',
      instructions: 'Do six sums and check two of them with the inverse.',
      strand: 'calculation',
      works: [
        '{h}+{h2}: I lined up the hundreds tens and ones and carried the 1. I checked it by taking away.',
        '1) 582 2) 731 3) 906 4) 644 5) 820 6) 1003. I carried in number 3 and 6.',
        '345+278=623. Check 623-278=345. It works!',
      ],
    },
    {
      title: 'Perimeter at home',
      instructions: 'Measure three things with a ruler or tape and work out the perimeter.',
      strand: 'measures',
      works: [
        'My book is 21cm and 15cm so 21+15+21+15=72cm.',
        'The table was 120cm by 80cm. Perimeter 400cm which is 4m. {person} held the other end.',
        'My tablet: 25 + 17 + 25 + 17 = 84 cm',
      ],
    },
    {
      title: 'Right angles everywhere',
      instructions: 'Make a right-angle checker and find ten right angles.',
      strand: 'geometry',
      works: [
        'door, window, book, tile, box, fridge, phone, table, rug, picture frame. The slice of pizza was less than a right angle.',
        'I found {m} right angles in my room! The clock hands make one at 3 oclock.',
      ],
    },
    {
      title: 'Rounding to the nearest ten and hundred',
      instructions: 'Write ten numbers and round each of them.',
      strand: 'number',
      works: [
        '{h} rounds to the nearest 10 by looking at the ones. 5 or more goes up.',
        '347→350 and 300. 582→580 and 600. 999→1000 and 1000 which is funny.',
        '64→60 65→70 66→70 148→150 and 100',
      ],
    },
  ],
  upper_juniors: [
    {
      title: 'Long multiplication',
      instructions: 'Questions 1 to 5. Show every step.',
      strand: 'calculation',
      works: [
        '{h} x {m}: first the ones, then the tens with a zero holding the place, then added both rows. I checked with an estimate.',
        '1) 8,442 2) 15,204 3) 9,936 4) 21,000 5) 32,508. For number 4 I noticed it was 420 x 50 so I did it in my head.',
        '236 x 24 = 944 + 4720 = 5664. Estimate 240 x 25 = 6000 so it is sensible.',
        'I forgot the placeholder zero in number 2 the first time and my answer was miles away from my estimate so I did it again.',
      ],
    },
    {
      title: 'Percentages of amounts',
      instructions: 'Find ten percentages. Say which ones you did in your head.',
      strand: 'fractions',
      works: [
        '10% of 250 = 25, 5% = 12.5, 15% = 37.5. 50% of 84 = 42. 25% of 84 = 21. I did the easy ones in my head and 17.5% on paper.',
        '20% off £45 is £9 off so £36. 75% of 60 = 45 because 25% is 15 and 3 lots is 45.',
        '1% of £{h}.00 is just moving two places. Then 3% is three times that.',
      ],
    },
    {
      title: 'Angles in triangles',
      instructions: 'Measure three triangles that you have drawn. What do the angles come to?',
      strand: 'geometry',
      works: [
        'Triangle A: 60, 60, 60 = 180. Triangle B: 90, 45, 45 = 180. Triangle C: 32, 110, 37 = 179 but I think I measured one wrong because it should be 180.',
        'They all come to 180. If you know two you can work out the third: 180 - 70 - 65 = 45.',
      ],
    },
    {
      title: 'A line graph of temperature',
      instructions: 'Measure outside at four times on one day and plot a line graph.',
      strand: 'statistics',
      works: [
        '8am 4°C, 12pm 9°C, 4pm 7°C, 8pm 3°C. The line goes up then down. Between 8 and 12 it rose by 5 degrees.',
        'It was {weather} so it hardly changed. I started the y axis at 0 and went up in twos.',
      ],
    },
    {
      title: 'Negative numbers',
      instructions: 'Page {n}, all of it. Draw number lines.',
      strand: 'number',
      works: [
        '-3 + 7 = 4. 2 - 6 = -4. The difference between -5 and 8 is 13 because it is 5 to zero and then 8 more.',
        'In Oslo it was -7 and here it was 6 so the difference is 13 degrees. I drew a vertical line like a thermometer.',
      ],
    },
    {
      title: 'Nets and volume',
      instructions: 'Open a packet flat, measure it, and work out what it held.',
      strand: 'measures',
      works: [
        'My cereal box: 30 x 19 x 6 = 3420 cubic cm. It was only about two thirds full which {person} said is typical.',
        'Tea box 12cm x 8cm x 7cm = 672 cubic centimetres. The net has 6 rectangles and some flaps for glue.',
      ],
    },
  ],
};
