import type { Random } from './random.ts';

/** Made-up people of a UK town: families whose names go together. */
export interface Heritage {
  readonly share: number;
  readonly girls: readonly string[];
  readonly boys: readonly string[];
  readonly mothers: readonly string[];
  readonly fathers: readonly string[];
  readonly surnames: readonly string[];
}

const words = (text: string): string[] => text.trim().split(/\s+/);

const british: Heritage = {
  share: 56,
  girls: words(`Olivia Isla Ava Freya Lily Poppy Evie Rosie Willow Florence Daisy Phoebe Erin Carys Matilda Harriet Bea Elsie Martha Ivy
    Niamh Ffion Eilidh Orla Seren Penny Robyn Heather Tilly Edith Nancy Beatrix Violet Hazel Imogen Jessica Megan Molly`),
  boys: words(`George Noah Arthur Oscar Henry Theo Freddie Archie Alfie Charlie Jack Harry Finley Ellis Callum Rory Rhys Dylan Owen Aled
    Ewan Angus Ronan Declan Toby Louis Stanley Ted Barnaby Jude Hugo Elliot Reuben Samuel Wilfred Jasper Fraser Luca`),
  mothers: words('Sarah Emma Laura Rachel Gemma Hannah Claire Rebecca Bethan Kirsty Siobhan Amy Joanne Lucy Catherine Helen Nicola Vicky'),
  fathers: words('James David Andrew Mark Matthew Tom Daniel Gareth Stuart Ciaran Paul Simon Ben Chris Huw Alan Robert Luke'),
  surnames:
    words(`Hughes Evans Ward Clarke Bennett Shaw Fletcher Murray MacLeod Pritchard Whitaker Atkinson Doyle Kerr Holloway Barlow Sutton
    Marsh Lowe Parry Nolan Gallagher Hargreaves Thornton Ashworth Bramley Fenwick Pascoe Tregarth Rowlands Sinclair Drummond Byrne Keane Lister
    Wainwright Cartwright Hollis Stokes Peel Garside Ormerod Redfern Tranter Weatherby Yardley Haldane Innes Penrose Quayle`),
};

const southAsian: Heritage = {
  share: 16,
  girls: words('Anaya Zara Aisha Priya Inaya Meera Hafsa Diya Zoya Amina Riya Safa Tara Ayesha Nisha Simran Noor Leena'),
  boys: words('Dev Rafi Arjun Ayaan Zain Rohan Ibrahim Kabir Hamza Ishaan Nikhil Bilal Vikram Haris Samir Jai Adil Kiran'),
  mothers: words('Nasreen Sunita Farah Shabnam Kavita Rukhsana Anjali Harpreet Sadia Rupal'),
  fathers: words('Imran Rajesh Tariq Sanjay Amjad Gurpreet Nadeem Anil Shahid Vijay'),
  surnames: words('Patel Hussain Begum Sharma Ahmed Kaur Chowdhury Mistry Iqbal Sandhu Malik Desai Mahmood Bhatt Akhtar Solanki'),
};

const african: Heritage = {
  share: 9,
  girls: words('Amara Zuri Adaeze Nia Abena Temi Imani Sade Makena Ama Thandi Ife'),
  boys: words('Kofi Tobi Kwame Jaden Malachi Ayo Chidi Elijah Femi Tendai Zeke Obi'),
  mothers: words('Ngozi Abiola Grace Esi Funmi Precious Yetunde Marcia'),
  fathers: words('Emeka Kwabena Samuel Tunde Delroy Joseph Olu Winston'),
  surnames: words('Bello Osei Adeyemi Mensah Campbell Okonkwo Grant Boateng Nwosu Moyo Asante Afolabi'),
};

const european: Heritage = {
  share: 9,
  girls: words('Zofia Hanna Maja Ioana Sofia Lena Milena Alicja Bianca Elena'),
  boys: words('Jakub Filip Matei Kacper Luka Tomasz Andrei Mateusz Radu Nikola'),
  mothers: words('Agnieszka Katarzyna Mihaela Magda Ivana Oksana Joanna'),
  fathers: words('Piotr Marek Bogdan Pawel Stefan Krzysztof Taras'),
  surnames: words('Nowak Kowalczyk Popescu Wojcik Ionescu Zielinski Petrov Marinescu Lewandowski Kravets'),
};

const arabicTurkishSomali: Heritage = {
  share: 6,
  girls: words('Layla Yasmin Hodan Salma Elif Rania Ikram Dalia'),
  boys: words('Yusuf Omar Idris Ali Emir Abdi Karim Nabil'),
  mothers: words('Fatima Samira Hodo Leyla Asha Mona'),
  fathers: words('Hassan Mustafa Ahmad Mehmet Farid Mohamud'),
  surnames: words('Hassan Yilmaz Warsame Haddad Demir Nur Aziz Farah'),
};

const eastAsian: Heritage = {
  share: 4,
  girls: words('Hana Mei Yuki Linh Jia Grace'),
  boys: words('Kai Jun Ren Minh Leon Hao'),
  mothers: words('Ling Akiko Thu Wei'),
  fathers: words('Wen Kenji Duc Jian'),
  surnames: words('Suzuki Chen Nguyen Wong Tanaka Lam'),
};

const heritages = [british, southAsian, african, european, arabicTurkishSomali, eastAsian] as const;

export interface FamilyNames {
  readonly surname: string;
  /** Whose first names the children may have; two in a family that has two. */
  readonly childNames: readonly Heritage[];
  readonly parentNames: Heritage;
}

export function drawFamily(random: Random): FamilyNames {
  const parentNames = random.weighted(heritages.map((one) => [one, one.share] as const));
  const childNames = parentNames !== british && random.chance(0.25) ? [parentNames, british] : [parentNames];
  return { surname: random.pick(parentNames.surnames), childNames, parentNames };
}

/** A first name that nobody of `taken` has: it is what a child signs in with, so it is unique in the class. */
export function drawChildName(random: Random, { childNames }: FamilyNames, taken: ReadonlySet<string>): string {
  const names = random.pick(childNames);
  const own = random.shuffle(random.chance(0.5) ? names.girls : names.boys);
  const any = random.shuffle(heritages.flatMap((one) => [...one.girls, ...one.boys]));
  const name = [...own, ...any].find((one) => !taken.has(one));
  if (name === undefined) throw new Error('A class has more children than there are names');
  return name;
}

export function drawAdult(random: Random): { firstName: string; surname: string; title: string } {
  const names = random.weighted(heritages.map((one) => [one, one.share] as const));
  const isWoman = random.chance(0.72);
  return {
    firstName: random.pick(isWoman ? names.mothers : names.fathers),
    surname: random.pick(names.surnames),
    title: isWoman
      ? random.weighted([
          ['Ms', 4],
          ['Mrs', 4],
          ['Miss', 3],
        ] as const)
      : 'Mr',
  };
}
